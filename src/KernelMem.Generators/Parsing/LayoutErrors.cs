using System.Globalization;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Makes the errors, so that a rule's message arguments are put together in one place.</summary>
internal static class LayoutErrors
{
    public static LayoutError NotPartial(string name, string problem, Location? location)
        => Create(LayoutErrorKind.NotPartial, location, name, problem);

    public static LayoutError Overlap(BitClaim first, BitClaim second)
    {
        string shared = first.Bits.Intersect(second.Bits).ToString();
        LayoutError error = Create(LayoutErrorKind.Overlap, second.Location, first.Name, second.Name, shared, OverlapDrawing.Of(first, second));
        return error with { Related = first.Location };
    }

    public static LayoutError Gap(string layout, BitRange gap, Location? location)
        => Create(LayoutErrorKind.Gap, location, layout, gap.ToString());

    public static LayoutError OutOfRange(string what, BitRange bits, int maxBit, Location? location)
        => Create(LayoutErrorKind.OutOfRange, location, what, Text(bits.Low), Text(bits.High), Text(maxBit));

    public static LayoutError BadStorage(string layout, string storage, Location? location)
        => Create(LayoutErrorKind.BadStorage, location, layout, storage);

    public static LayoutError EnumTooWide(IPropertySymbol property, BitRange bits, string member)
        => Create(LayoutErrorKind.EnumTooWide, Locations.Of(property), property.Name, bits.ToString(), property.Type.Name + "." + member);

    public static LayoutError DefaultMisfit(string name, string problem, Location? location)
        => Create(LayoutErrorKind.DefaultMisfit, location, name, problem);

    public static LayoutError ReservedWritten(string field, BitRange bits, string role, Location? location)
        => Create(LayoutErrorKind.ReservedWritten, location, field, bits.ToString(), (bits.Width == 1 ? "is " : "are ") + role);

    public static LayoutError AddressNotAligned(IPropertySymbol property, int low, int expected, Location? location)
        => Create(LayoutErrorKind.AddressNotAligned, location, property.Name, Text(low), TypeName(property), Text(expected));

    public static LayoutError NameCollision(string layout, string member, Location? location)
        => Create(LayoutErrorKind.NameCollision, location, layout, member);

    public static LayoutError InconsistentLevel(string layout, string role, string problem, Location? location)
        => Create(LayoutErrorKind.InconsistentLevel, location, layout, role, problem);

    public static LayoutError EndianMismatch(string layout, string problem, Location? location)
        => Create(LayoutErrorKind.EndianMismatch, location, layout, problem);

    public static LayoutError BadFieldType(IPropertySymbol property, string hint)
        => Create(LayoutErrorKind.BadFieldType, Locations.Of(property), property.Name, TypeName(property), hint);

    public static LayoutError OwnState(string member, string layout, Location? location)
        => Create(LayoutErrorKind.OwnState, location, member, layout);

    public static LayoutError SeveralPositions(string property, Location? location)
        => Create(LayoutErrorKind.SeveralPositions, location, property);

    public static LayoutError BadCombination(string combination, string problem, Location? location)
        => Create(LayoutErrorKind.BadCombination, location, combination, problem);

    public static LayoutError BadAccess(string field, string problem, Location? location)
        => Create(LayoutErrorKind.BadAccess, location, field, problem);

    private static LayoutError Create(LayoutErrorKind kind, Location? location, params string[] arguments)
        => new(kind, arguments, location);

    private static string TypeName(IPropertySymbol property) => property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
