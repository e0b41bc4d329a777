using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>Writes the word, what its bits are as a whole, and how words are made.</summary>
internal static class StorageWriter
{
    public static void Write(IndentedWriter writer, LayoutModel layout)
    {
        WriteMasks(writer, layout);
        WriteWord(writer, layout);
        WriteConstruction(writer, layout);
    }

    private static void WriteMasks(IndentedWriter writer, LayoutModel layout)
    {
        WriteConstant("ReservedMask", layout.ReservedMask, "The bits that must be zero.");
        writer.Blank();
        WriteConstant("FixedMask", layout.FixedMask, "The bits that always have the value they have in <see cref=\"FixedValue\"/>.");
        writer.Blank();
        WriteConstant("FixedValue", layout.FixedValue, "The bits that are always one.");
        writer.Blank();
        WriteConstant("InitialValue", layout.InitialValue, "The word of <see cref=\"Initial\"/>: the fixed bits and the defaults of the fields.");
        WriteWhereAny("IgnoredMask", layout.IgnoredMask, "The bits without a name that may hold anything.");
        WriteWhereAny("SoftwareMask", layout.SoftwareMask, "The bits that the hardware leaves to software.");
        WriteWhereAny("PhysicalAddressMask", layout.PhysicalAddressMask, "The bits of physical addresses.");
        WriteWhereAny("WriteOnlyMask", layout.WriteOnlyMask, "The bits that mean nothing when they are read.");
        WriteWhereAny("WriteOneToClearMask", layout.WriteOneToClearMask, "The bits that writing a one clears.");

        void WriteWhereAny(string name, ulong mask, string summary)
        {
            if (mask == 0)
                return;

            writer.Blank();
            WriteConstant(name, mask, summary);
        }

        void WriteConstant(string name, ulong value, string summary)
            => writer.Line($"/// <summary>{summary}</summary>").Line($"public const {layout.Storage.Keyword} {name} = {Literals.Hex(value, layout.Storage)};");
    }

    private static void WriteWord(IndentedWriter writer, LayoutModel layout)
    {
        string storage = layout.Storage.Keyword;
        writer.Blank();

        writer.Lines($"""
            private readonly {storage} _value;

            private {layout.Name}({storage} value) => _value = value;

            /// <summary>The word, as the hardware sees it.</summary>
            public {storage} Value => _value;
            """);

        if (layout.Entry is { } entry)
        {
            writer.Member($"""
                /// <summary>The level of the tables that hold these entries.</summary>
                public static {TypeNames.Level} Level => {TypeNames.Level}.{entry.LevelName};
                """);
        }
    }

    private static void WriteConstruction(IndentedWriter writer, LayoutModel layout)
    {
        (string name, string storage) = (layout.Name, layout.Storage.Keyword);
        string wrong = ValidityWriter.WhatMayBeWrong(layout);
        writer.Member($$"""
            /// <summary>The word to start from: every field has its default, zero unless declared otherwise, and the fixed bits are as they must be.</summary>
            public static {{name}} Initial => new(InitialValue);

            /// <summary>The view of a word that the hardware or another program wrote: any bits, unchecked (see <see cref="Validate()"/>).</summary>
            public static {{name}} FromRaw({{storage}} value) => new(value);

            /// <summary>A word of this layout. Panics when {{wrong}}.</summary>
            public static {{name}} Create({{storage}} value)
            {
                if (!TryCreate(value, out {{name}} result))
                    {{TypeNames.Panic}}.Now("{{layout.Header.PlainName}}: {{wrong}}");

                return result;
            }

            /// <summary>A word of this layout, unless {{wrong}}.</summary>
            public static bool TryCreate({{storage}} value, out {{name}} result)
            {
                {{name}} candidate = new(value);
                bool valid = candidate.IsValid;
                result = valid ? candidate : default;
                return valid;
            }
            """);
    }
}
