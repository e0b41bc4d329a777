namespace KernelMem.Generators.Model;

/// <summary>A named field: one partial property of the layout.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Modifiers">The property's modifiers as written, <c>partial</c> included.</param>
/// <param name="Accessibility">The accessibility alone, for the members that go with the property.</param>
/// <param name="Type">The property's type, fully qualified.</param>
/// <param name="TypeWidth">How many bits the property's type can hold.</param>
/// <param name="Kind">How the bits become a value.</param>
/// <param name="Bits">Where the field is.</param>
/// <param name="Options">What the declaration says besides.</param>
/// <param name="Enum">The type, where it is an enum.</param>
internal sealed record FieldModel(
    string Name,
    string Modifiers,
    string Accessibility,
    string Type,
    int TypeWidth,
    FieldKind Kind,
    BitRange Bits,
    FieldOptions Options,
    EnumModel? Enum)
{
    public string MaskName => Name + "Mask";

    public string ShiftName => Name + "Shift";

    public string WithName => "With" + Name;

    public string TryWithName => "TryWith" + Name;

    public string TryGetName => "TryGet" + Name;

    public string ClearName => "Clear" + Name;

    public string IsDefinedName => "IsDefined" + Name;

    public string NameOfName => "NameOf" + Name;

    public bool IsAddress => Kind is FieldKind.PhysicalAddress or FieldKind.Frame;

    public bool IsReadable => Options.Access != AccessKind.WriteOnly;

    /// <summary>Whether the field is written by giving it a value.</summary>
    public bool IsWritable => Options.Access is AccessKind.ReadWrite or AccessKind.WriteOnly;

    /// <summary>Whether the field can hold what its enum does not define.</summary>
    public bool IsFallible => Enum is { IsComplete: false };

    /// <summary>Whether the type has values that the field does not take: an integer type as wide as its field has none.</summary>
    public bool NeedsCheck => Kind switch
    {
        FieldKind.Flag => false,
        FieldKind.Number => TypeWidth > Bits.Width,
        _ => true,
    };
}
