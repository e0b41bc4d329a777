using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>Writes what changes a field: <c>With…</c> and <c>TryWith…</c>, or <c>Clear…</c>; for a field that is only read, nothing.</summary>
internal static class SetterWriter
{
    public static void Write(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        if (field.Options.Access == AccessKind.WriteOneToClear)
            WriteClear(writer, layout, field);
        else if (!field.IsWritable)
            return;
        else if (field.Kind == FieldKind.Flag)
            WriteFlag(writer, layout, field);
        else if (field.NeedsCheck)
            WriteChecked(writer, layout, field);
        else
            WriteUnchecked(writer, layout, field);
    }

    private static void WriteClear(IndentedWriter writer, LayoutModel layout, FieldModel field)
        => writer.Member($"""
            /// <summary>The word to write in order to clear {FieldWriter.See(field)}, and nothing else that is cleared so.</summary>
            {TypeNames.MustUse}
            {field.Accessibility} {layout.Name} {field.ClearName}() => Clearing({field.MaskName});
            """);

    private static void WriteFlag(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        StorageType storage = layout.Storage;
        string word = storage.Widened("_value");
        string changed = layout.WriteOneToClearMask == 0
            ? $"value ? {word} | {field.MaskName} : {OtherBits(layout, field)}"
            : $"value ? ({OtherBits(layout, field)}) | {field.MaskName} : {OtherBits(layout, field)}";
        WriteSummary(writer, layout, field, panics: null);
        writer
            .Line(TypeNames.MustUse)
            .Line($"{field.Accessibility} {layout.Name} {field.WithName}(bool value)")
            .Indented($"=> new({storage.Narrowed(changed)});");
    }

    private static void WriteUnchecked(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        WriteSummary(writer, layout, field, panics: null);
        writer.Lines($$"""
            {{TypeNames.MustUse}}
            {{TypeNames.Inline}}
            {{field.Accessibility}} {{layout.Name}} {{field.WithName}}({{field.Type}} value)
            {
                ulong bits = {{AsBits(field)}};
                return new({{Changed(layout, field)}});
            }
            """);
    }

    private static void WriteChecked(IndentedWriter writer, LayoutModel layout, FieldModel field)
    {
        WriteSummary(writer, layout, field, $" Panics when {MisfitText(field)}.");
        writer.Lines($$"""
            {{TypeNames.MustUse}}
            {{TypeNames.Inline}}
            {{field.Accessibility}} {{layout.Name}} {{field.WithName}}({{field.Type}} value)
            {
                if (!{{field.TryWithName}}(value, out {{layout.Name}} result))
                    {{TypeNames.Panic}}.Now("{{layout.Header.PlainName}}.{{field.Name}}: {{MisfitText(field)}}");

                return result;
            }

            /// <summary>The same word with another {{FieldWriter.See(field)}}; the word as it was, and false, when {{MisfitText(field)}}.</summary>
            {{TypeNames.Inline}}
            {{field.Accessibility}} bool {{field.TryWithName}}({{field.Type}} value, out {{layout.Name}} result)
            {
                ulong bits = {{AsBits(field)}};
                bool fits = {{Fits(layout.Storage, field)}};
                result = fits ? new({{Changed(layout, field)}}) : {{Unchanged(layout)}};
                return fits;
            }
            """);
    }

    private static void WriteSummary(IndentedWriter writer, LayoutModel layout, FieldModel field, string? panics)
    {
        string forWriting = layout.WriteOneToClearMask == 0 ? string.Empty : " It clears nothing when it is written.";
        writer.Blank().Line($"/// <summary>The same word with another {FieldWriter.See(field)}.{panics}{forWriting}</summary>");
    }

    /// <summary>The word without the field. What would be cleared by writing it back is left out too.</summary>
    private static string OtherBits(LayoutModel layout, FieldModel field)
    {
        StorageType storage = layout.Storage;
        string mask = storage.Widened(field.MaskName);
        return $"{storage.Widened("_value")} & ~{(layout.WriteOneToClearMask == 0 ? mask : $"({mask} | WriteOneToClearMask)")}";
    }

    /// <summary>The word as it is. What would be cleared by writing it back is left out here too.</summary>
    private static string Unchanged(LayoutModel layout)
    {
        string kept = $"{layout.Storage.Widened("_value")} & ~{layout.Storage.Widened("WriteOneToClearMask")}";
        return layout.WriteOneToClearMask == 0 ? "this" : $"new({layout.Storage.Narrowed(kept)})";
    }

    /// <summary>The word with <c>bits</c> in the field.</summary>
    private static string Changed(LayoutModel layout, FieldModel field)
    {
        string bits = layout.Storage.Width == 64 ? "bits" : "(uint)bits";
        string placed = field.IsAddress ? bits : $"({bits} << {field.ShiftName})";
        return layout.Storage.Narrowed($"({OtherBits(layout, field)}) | {placed}");
    }

    private static string AsBits(FieldModel field) => field.Kind switch
    {
        FieldKind.PhysicalAddress => "value.Value",
        FieldKind.Frame => "value.Start.Value",
        FieldKind.Enum => "unchecked((ulong)value)",
        _ => "value",
    };

    private static string Fits(StorageType storage, FieldModel field)
    {
        if (field.IsFallible)
            return $"{field.IsDefinedName}(bits)";

        if (!field.IsAddress)
            return $"bits <= ({field.MaskName} >> {field.ShiftName})";

        string mask = storage.Width == 64 ? field.MaskName : $"(ulong){field.MaskName}";
        return $"(bits & ~{mask}) == 0";
    }

    private static string MisfitText(FieldModel field)
    {
        if (field.IsFallible)
            return $"the value is no member of {field.Enum!.Name}";

        return field.IsAddress
            ? $"the address has bits outside {Literals.Number(field.Bits.Low)}..{Literals.Number(field.Bits.High)}"
            : $"the value does not fit in {Literals.Bits(field.Bits.Width)}";
    }
}
