using System.Globalization;
using KernelMem.Generators.Model;
using KernelMem.Generators.Parsing;

namespace KernelMem.Generators.Writing;

/// <summary>Writes the members of one field: its mask and shift, its getter and its <c>With…</c> method.</summary>
internal static class FieldWriter
{
    /// <summary>A word is a value: who drops the new one has changed nothing.</summary>
    private const string MustUse = "[global::KernelMem.Annotations.MustUse]";
    private const string Inline = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";

    public static void Write(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        WriteConstants(writer, layout.Storage, field);
        writer.Blank().Line($"{field.Modifiers} {field.Type} {SymbolText.Escape(field.Name)} => {Getter(layout.Storage, field)};").Blank();

        writer
            .Line($"/// <summary>The same word with another {See(field)}.{PanicDoc(field)}</summary>")
            .Line(MustUse);
        if (field.Kind == FieldKind.Flag)
            WriteFlagSetter(writer, layout, field);
        else
            WriteCheckedSetter(writer, layout, field);
    }

    private static void WriteConstants(IndentedWriter writer, StorageType storage, FieldModel field)
        => writer
            .Blank()
            .Line($"/// <summary>Where {See(field)} is: {field.Bits}.</summary>")
            .Line($"{field.Accessibility} const {storage.Keyword} {field.MaskName} = {Literals.Hex(field.Bits.Mask, storage)};")
            .Blank()
            .Line($"/// <summary>The lowest bit of {See(field)}.</summary>")
            .Line($"{field.Accessibility} const int {field.ShiftName} = {Literals.Number(field.Bits.Low)};");

    private static string Getter(StorageType storage, FieldModel field)
    {
        string masked = $"{storage.Widened("_value")} & {field.MaskName}";
        return field.Kind switch
        {
            FieldKind.Flag => $"({masked}) != 0",
            FieldKind.PhysicalAddress => $"{field.Type}.CreateUnchecked({masked})",
            FieldKind.Frame => $"{field.Type}.CreateUnchecked(global::{KnownNames.PhysAddr}.CreateUnchecked({masked}))",
            _ => $"({field.Type})(({masked}) >> {field.ShiftName})",
        };
    }

    private static void WriteFlagSetter(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        string set = $"{layout.Storage.Widened("_value")} | {field.MaskName}";
        writer
            .Line(SetterSignature(layout, field))
            .Indented($"=> new({layout.Storage.Narrowed($"value ? {set} : {OtherBits(layout.Storage, field)}")});");
    }

    private static void WriteCheckedSetter(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        writer
            .Line(Inline)
            .Line(SetterSignature(layout, field))
            .Open()
            .Line($"ulong bits = {AsBits(field)};");

        if (NeedsCheck(field))
        {
            writer
                .Line($"if ({Misfit(layout.Storage, field)})")
                .Indented($"global::KernelMem.Failures.Panic.Now(\"{PanicMessage(layout, field)}\");")
                .Blank();
        }

        string bits = layout.Storage.Width == 64 ? "bits" : "(uint)bits";
        string placed = IsAddress(field) ? bits : $"({bits} << {field.ShiftName})";
        writer
            .Line($"return new({layout.Storage.Narrowed($"({OtherBits(layout.Storage, field)}) | {placed}")});")
            .Close();
    }

    private static string SetterSignature(LayoutModel layout, FieldModel field)
        => $"{field.Accessibility} {layout.Name} {field.WithName}({field.Type} value)";

    /// <summary>The word without the field.</summary>
    private static string OtherBits(StorageType storage, FieldModel field)
        => $"{storage.Widened("_value")} & ~{storage.Widened(field.MaskName)}";

    private static string AsBits(FieldModel field) => field.Kind switch
    {
        FieldKind.PhysicalAddress => "value.Value",
        FieldKind.Frame => "value.Start.Value",
        FieldKind.Enum => "unchecked((ulong)value)",
        _ => "value",
    };

    /// <summary>An integer type as wide as its field has no value that does not fit.</summary>
    private static bool NeedsCheck(FieldModel field) => field.Kind != FieldKind.Number || field.TypeWidth > field.Bits.Width;

    private static string Misfit(StorageType storage, FieldModel field)
    {
        if (!IsAddress(field))
            return $"bits > ({field.MaskName} >> {field.ShiftName})";

        string mask = storage.Width == 64 ? field.MaskName : $"(ulong){field.MaskName}";
        return $"(bits & ~{mask}) != 0";
    }

    private static string PanicMessage(LayoutModel layout, FieldModel field)
    {
        string name = $"{layout.Name.TrimStart('@')}.{field.Name}";
        return IsAddress(field)
            ? $"{name}: the address has bits outside {Literals.Number(field.Bits.Low)}..{Literals.Number(field.Bits.High)}"
            : $"{name}: the value does not fit in {Bits(field.Bits.Width)}";
    }

    private static string PanicDoc(FieldModel field)
    {
        if (field.Kind == FieldKind.Flag || !NeedsCheck(field))
            return string.Empty;

        return IsAddress(field)
            ? $" Panics when the address has bits outside {Literals.Number(field.Bits.Low)}..{Literals.Number(field.Bits.High)}."
            : $" Panics above {field.Bits.MaxValue.ToString(CultureInfo.InvariantCulture)}: the field has {Bits(field.Bits.Width)}.";
    }

    private static bool IsAddress(FieldModel field) => field.Kind is FieldKind.PhysicalAddress or FieldKind.Frame;

    private static string See(FieldModel field) => $"<see cref=\"{SymbolText.Escape(field.Name)}\"/>";

    private static string Bits(int count) => count == 1 ? "1 bit" : Literals.Number(count) + " bits";
}
