using System.Globalization;
using KernelMem.Generators.Helpers;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Makes the errors, so that a rule's message arguments are put together in one place.</summary>
internal static class LayoutErrors
{
    public static LayoutError NotPartial(string name, string problem, LocationInfo? location)
        => Create(LayoutErrorKind.NotPartial, location, name, problem);

    public static LayoutError Overlap(string first, string second, BitRange shared, LocationInfo? location)
        => Create(LayoutErrorKind.Overlap, location, first, second, shared.ToString());

    public static LayoutError Gap(string layout, BitRange gap, LocationInfo? location)
        => Create(LayoutErrorKind.Gap, location, layout, gap.ToString());

    public static LayoutError OutOfRange(string what, BitRange bits, int maxBit, LocationInfo? location)
        => Create(LayoutErrorKind.OutOfRange, location, what, Text(bits.Low), Text(bits.High), Text(maxBit));

    public static LayoutError BadStorage(string layout, string storage, LocationInfo? location)
        => Create(LayoutErrorKind.BadStorage, location, layout, storage);

    public static LayoutError EnumTooWide(IPropertySymbol property, BitRange bits, string member)
        => Create(LayoutErrorKind.EnumTooWide, Locations.Of(property), property.Name, bits.ToString(), property.Type.Name + "." + member);

    public static LayoutError AddressNotAligned(IPropertySymbol property, int low, int expected, LocationInfo? location)
        => Create(LayoutErrorKind.AddressNotAligned, location, property.Name, Text(low), TypeName(property), Text(expected));

    public static LayoutError NameCollision(string layout, string member, LocationInfo? location)
        => Create(LayoutErrorKind.NameCollision, location, layout, member);

    public static LayoutError BadFieldType(IPropertySymbol property, string hint)
        => Create(LayoutErrorKind.BadFieldType, Locations.Of(property), property.Name, TypeName(property), hint);

    public static LayoutError OwnState(string member, string layout, LocationInfo? location)
        => Create(LayoutErrorKind.OwnState, location, member, layout);

    public static LayoutError SeveralPositions(string property, LocationInfo? location)
        => Create(LayoutErrorKind.SeveralPositions, location, property);

    private static LayoutError Create(LayoutErrorKind kind, LocationInfo? location, params string[] arguments)
        => new(kind, arguments.ToEquatableArray(), location);

    private static string TypeName(IPropertySymbol property) => property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
