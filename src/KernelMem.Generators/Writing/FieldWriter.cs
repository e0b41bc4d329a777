using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using KernelMem.Generators.Model;
using KernelMem.Generators.Parsing;

namespace KernelMem.Generators.Writing;

/// <summary>Writes the members of one field: its mask and shift, its getter, and by way of <see cref="SetterWriter"/> what changes it.</summary>
internal static class FieldWriter
{
    public static void Write(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        WriteConstants(writer, layout.Storage, field);
        string accessor = field.IsReadable ? $"=> {Getter(layout.Storage, field)};" : $"{{ init => _value = {field.WithName}(value)._value; }}";
        writer.Blank().Line($"{field.Modifiers} {field.Type} {SymbolText.Escape(field.Name)} {accessor}");

        if (field.IsFallible)
            WriteFallible(writer, layout.Storage, field);

        SetterWriter.Write(writer, layout, field);
    }

    /// <summary>The field, shifted down to bit 0.</summary>
    public static string ShiftedBits(StorageType storage, FieldModel field)
        => $"({storage.Widened("_value")} & {field.MaskName}) >> {field.ShiftName}";

    public static string See(FieldModel field) => $"<see cref=\"{SymbolText.Escape(field.Name)}\"/>";

    private static void WriteConstants(IndentedWriter writer, StorageType storage, FieldModel field)
        => writer.Member($"""
            /// <summary>Where {See(field)} is: {field.Bits}.</summary>
            {field.Accessibility} const {storage.Keyword} {field.MaskName} = {Literals.Hex(field.Bits.Mask, storage)};

            /// <summary>The lowest bit of {See(field)}.</summary>
            {field.Accessibility} const int {field.ShiftName} = {Literals.Number(field.Bits.Low)};
            """);

    private static string Getter(StorageType storage, FieldModel field)
    {
        string masked = $"{storage.Widened("_value")} & {field.MaskName}";
        return field.Kind switch
        {
            FieldKind.Flag => $"({masked}) != 0",
            FieldKind.PhysicalAddress => $"{field.Type}.CreateUnchecked({masked})",
            FieldKind.Frame => $"{field.Type}.CreateUnchecked({TypeNames.PhysAddr}.CreateUnchecked({masked}))",
            _ => $"({field.Type})({ShiftedBits(storage, field)})",
        };
    }

    private static void WriteFallible(IndentedWriter writer, StorageType storage, FieldModel field)
    {
        if (field.IsReadable)
        {
            string bits = ShiftedBits(storage, field);
            writer.Member($$"""
                /// <summary>{{See(field)}}, if it holds a member of <see cref="{{field.Type}}"/>.</summary>
                {{field.Accessibility}} bool {{field.TryGetName}}(out {{field.Type}} value)
                {
                    bool isDefined = {{field.IsDefinedName}}({{bits}});
                    value = isDefined ? {{SymbolText.Escape(field.Name)}} : default;
                    return isDefined;
                }
                """);
        }

        writer.Member($"""
            /// <summary>Whether a number is defined as a value of {See(field)}.</summary>
            private static bool {field.IsDefinedName}(ulong value) => {DefinedCondition(field.Enum!)};
            """);
    }

    private static string DefinedCondition(EnumModel type)
    {
        if (type.IsFlags)
            return $"(value & ~0x{type.FlagsMask.ToString("X", CultureInfo.InvariantCulture)}UL) == 0";

        IReadOnlyList<ValueRange> runs = type.Defined;
        return runs.Count == 0 ? "false" : "value is " + string.Join(" or ", runs.Select(run => Pattern(run, runs.Count)));
    }

    private static string Pattern(ValueRange run, int count)
    {
        if (run.First == run.Last)
            return Literals.Number(run.First);

        if (run.First == 0)
            return "<= " + Literals.Number(run.Last);

        string range = $">= {Literals.Number(run.First)} and <= {Literals.Number(run.Last)}";
        return count == 1 ? range : $"({range})";
    }
}
