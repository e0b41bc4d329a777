namespace KernelMem.Generators.Model;

/// <summary>A named field: one partial property of the layout.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Modifiers">The property's modifiers as written, <c>partial</c> included.</param>
/// <param name="Accessibility">The accessibility alone, for the members that go with the property.</param>
/// <param name="Type">The property's type, fully qualified.</param>
/// <param name="TypeWidth">How many bits the property's type can hold.</param>
/// <param name="Kind">How the bits become a value.</param>
/// <param name="Bits">Where the field is.</param>
internal sealed record FieldModel(
    string Name,
    string Modifiers,
    string Accessibility,
    string Type,
    int TypeWidth,
    FieldKind Kind,
    BitRange Bits)
{
    public string MaskName => Name + "Mask";

    public string ShiftName => Name + "Shift";

    public string WithName => "With" + Name;
}
