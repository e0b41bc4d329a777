using KernelMem.Generators.Model;
using KernelMem.Generators.Parsing;

namespace KernelMem.Generators.Writing;

/// <summary>Writes the enum of a layout's flags, and the members that take or give it.</summary>
internal static class FlagsWriter
{
    public static void WriteEnum(IndentedWriter writer, LayoutModel layout)
    {
        if (layout.FlagsMask == 0)
            return;

        writer
            .Member($"""
                /// <summary>The flags of <see cref="{layout.Name}"/>.</summary>
                [global::System.Flags]
                {layout.Header.Accessibility} enum {layout.FlagsName} : {layout.Storage.Keyword}
                """)
            .Open()
            .Line("/// <summary>No flag.</summary>")
            .Line("None = 0,");
        foreach (FieldModel flag in layout.Flags)
        {
            writer.Member($"""
                /// <summary><see cref="{layout.Name}.{SymbolText.Escape(flag.Name)}"/>.</summary>
                {SymbolText.Escape(flag.Name)} = {Literals.Hex(flag.Bits.Mask, layout.Storage)},
                """);
        }

        writer.Close();
    }

    public static void WriteMembers(IndentedWriter writer, LayoutModel layout)
    {
        if (layout.FlagsMask == 0)
            return;

        WriteReading(writer, layout);
        if (layout.WritableFlagsMask != 0)
            WriteWriting(writer, layout);

        WriteFlagBits(writer, layout);
    }

    private static void WriteReading(IndentedWriter writer, LayoutModel layout)
    {
        (string name, string flags, string storage) = (layout.Name, layout.FlagsName, layout.Storage.Keyword);
        string others = $"{layout.Storage.Widened("InitialValue")} & ~{layout.Storage.Widened("FlagsMask")}";
        writer.Member($"""
            /// <summary>Where the flags are.</summary>
            public const {storage} FlagsMask = {Literals.Hex(layout.FlagsMask, layout.Storage)};

            /// <summary>All flags that are set.</summary>
            public {flags} Flags => ({flags})(_value & FlagsMask);

            /// <summary>A new word with these flags and no others; everything else is as in <see cref="Initial"/>.</summary>
            public static {name} FromFlags({flags} flags)
                => new({layout.Storage.Narrowed($"({others}) | FlagBits(flags, FlagsMask)")});

            /// <summary>Whether all of these flags are set.</summary>
            public bool HasAll({flags} flags) => (Flags & flags) == flags;

            /// <summary>Whether one of these flags at least is set.</summary>
            public bool HasAny({flags} flags) => (Flags & flags) != {flags}.None;
            """);
    }

    private static void WriteWriting(IndentedWriter writer, LayoutModel layout)
    {
        (string name, string flags) = (layout.Name, layout.FlagsName);
        string writable = WritableMask(layout);
        string word = layout.Storage.Widened("_value");
        string kept = layout.WriteOneToClearMask == 0 ? word : $"({word} & ~{layout.Storage.Widened("WriteOneToClearMask")})";
        string bits = $"{layout.Storage.Widened($"FlagBits(flags, {writable})")}";
        writer.Member($"""
            /// <summary>The same word with these flags set too. Panics on a flag that may not be written.</summary>
            {TypeNames.MustUse}
            public {name} With({flags} flags) => new({layout.Storage.Narrowed($"{kept} | {bits}")});

            /// <summary>The same word with these flags clear. Panics on a flag that may not be written.</summary>
            {TypeNames.MustUse}
            public {name} Without({flags} flags) => new({layout.Storage.Narrowed($"{kept} & ~{bits}")});
            """);
    }

    /// <summary>The flags that may be written: all, as a rule.</summary>
    public static string WritableMask(LayoutModel layout)
        => layout.WritableFlagsMask == layout.FlagsMask ? "FlagsMask" : Literals.Hex(layout.WritableFlagsMask, layout.Storage);

    private static void WriteFlagBits(IndentedWriter writer, LayoutModel layout)
    {
        (string flags, string storage) = (layout.FlagsName, layout.Storage.Keyword);
        writer.Member($$"""
            private static {{storage}} FlagBits({{flags}} flags, {{storage}} allowed)
            {
                if ((({{storage}})flags & ~allowed) != 0)
                    {{TypeNames.Panic}}.Now("{{layout.Header.PlainName}}: not a flag that may be given here");

                return ({{storage}})flags;
            }
            """);
    }
}
