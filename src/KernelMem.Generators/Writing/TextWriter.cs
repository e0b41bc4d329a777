using System;
using System.Linq;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>Writes what turns a word into text: <c>P|RW Frame=0x1000</c>.</summary>
internal static class TextWriter
{
    private const string InvalidLabel = "Invalid";

    public static void Write(IndentedWriter writer, LayoutModel layout)
    {
        WriteFormatting(writer, layout);
        foreach (FieldModel field in layout.Fields.Where(HasNames))
        {
            WriteNames(writer, field);
        }

        if (!layout.Has(OwnParts.ToString))
            WriteToString(writer);
    }

    private static void WriteFormatting(IndentedWriter writer, LayoutModel layout)
    {
        writer.Member($"""
            /// <summary>No text of a word is longer.</summary>
            public const int MaxTextLength = {Literals.Number(MaxLength(layout))};

            /// <summary>Writes the word as UTF-8 text: the flags that are set, then the other fields, those that are zero left out. Allocates nothing.</summary>
            /// <param name="utf8Destination">Room for the text: <see cref="MaxTextLength"/> is always enough.</param>
            /// <param name="bytesWritten">How many bytes were written; 0 on failure.</param>
            /// <returns>False when the room is too small.</returns>
            public bool TryFormat({TypeNames.Bytes} utf8Destination, out int bytesWritten)
            """);
        writer.Open().Line($"{TypeNames.Text} text = new(utf8Destination);");
        foreach (FieldModel field in layout.Fields.Where(field => field is { Kind: FieldKind.Flag, IsReadable: true }))
        {
            writer.Line($"text.Flag({Utf8(field.Options.Label)}, (_value & {field.MaskName}) != 0);");
        }

        foreach (FieldModel field in layout.Fields.Where(field => field is { Kind: not FieldKind.Flag, IsReadable: true }))
        {
            writer.Line(Statement(layout.Storage, field));
        }

        if (CanBeInvalid(layout))
            writer.Line($"text.Number({Utf8(InvalidLabel)}, InvalidBits);");

        writer.Line("return text.TryFinish(out bytesWritten);").Close().Member($$"""
            /// <summary>Writes the word as UTF-16 text, as in UTF-8. Allocates nothing.</summary>
            /// <param name="destination">Room for the text: <see cref="MaxTextLength"/> is always enough.</param>
            /// <param name="charsWritten">How many characters were written; 0 on failure.</param>
            /// <returns>False when the room is too small.</returns>
            public bool TryFormat({{TypeNames.Characters}} destination, out int charsWritten)
            {
                {{TypeNames.Bytes}} text = stackalloc byte[MaxTextLength];
                _ = TryFormat(text, out int length);
                return {{TypeNames.Text}}.TryWiden(text.Slice(0, length), destination, out charsWritten);
            }
            """);
    }

    private static string Statement(StorageType storage, FieldModel field)
    {
        string label = Utf8(field.Options.Label);
        string bits = FieldWriter.ShiftedBits(storage, field);
        if (field.IsAddress)
            return $"text.Address({label}, {storage.Widened("_value")} & {field.MaskName});";

        return HasNames(field) ? $"text.Member({label}, {field.NameOfName}({bits}), {bits});" : $"text.Number({label}, {bits});";
    }

    private static void WriteNames(IndentedWriter writer, FieldModel field)
    {
        writer.Member($"private static {TypeNames.ReadOnlyBytes} {field.NameOfName}(ulong value) => value switch").Open();
        foreach (EnumMember member in field.Enum!.Members)
        {
            writer.Line($"{Literals.Number(member.Value)} => {Utf8(Literals.Ascii(member.Name))},");
        }

        writer.Line("_ => default,").CloseWith(";");
    }

    private static void WriteToString(IndentedWriter writer)
        => writer.Member($$"""
            /// <summary>The word as text. For hosts and debuggers: it allocates.</summary>
            [global::KernelMem.Annotations.MayAlloc("for hosts and debuggers")]
            public override string ToString()
            {
                {{TypeNames.Bytes}} text = stackalloc byte[MaxTextLength];
                _ = TryFormat(text, out int length);
                return {{TypeNames.Text}}.ToText(text.Slice(0, length));
            }
            """);

    /// <summary>Members of a flags enum combine, and a combination has no name.</summary>
    private static bool HasNames(FieldModel field) => field is { IsReadable: true, Enum.IsFlags: false };

    private static bool CanBeInvalid(LayoutModel layout) => (layout.ReservedMask | layout.FixedMask) != 0;

    private static int MaxLength(LayoutModel layout)
    {
        int flags = layout.Fields.Where(field => field is { Kind: FieldKind.Flag, IsReadable: true }).Sum(field => field.Options.Label.Length + 1);
        int others = layout.Fields.Where(field => field is { Kind: not FieldKind.Flag, IsReadable: true }).Sum(MaxLength);
        int invalid = CanBeInvalid(layout) ? NumberLength(InvalidLabel, layout.Storage.Width) : 0;

        // Each part is counted with what stands before it, and nothing stands before the first.
        return Math.Max(1, flags + others + invalid - 1);
    }

    private static int MaxLength(FieldModel field)
    {
        int number = NumberLength(field.Options.Label, field.IsAddress ? field.Bits.High + 1 : field.Bits.Width);
        return HasNames(field) && field.Enum!.Members.Count > 0
            ? Math.Max(number, field.Options.Label.Length + 2 + field.Enum.Members.Max(member => member.Name.Length))
            : number;
    }

    /// <summary>A space, the label, "=0x" and the digits.</summary>
    private static int NumberLength(string label, int bits) => 1 + label.Length + 3 + ((bits + 3) / 4);

    private static string Utf8(string ascii) => Literals.Text(ascii) + "u8";
}
