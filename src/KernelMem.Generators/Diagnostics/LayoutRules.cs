using System.Linq;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Diagnostics;

/// <summary>The rules about bit layouts, one descriptor each.</summary>
internal static class LayoutRules
{
    private const string Category = "KernelMem.Layout";

    private static readonly DiagnosticDescriptor s_notPartial = new(
        "KM8001", "A layout and its fields must be partial", "'{0}' {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_overlap = new(
        "KM8002", "Fields overlap", "{0} and {1} both hold {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_gap = new(
        "KM8003", "Bits are not declared", "'{0}' does not say what {1} is: declare a field, [Reserved], [Ignored] or [FixedBit]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_outOfRange = new(
        "KM8004", "Bits are out of range", "{0}: {1}..{2} is not a range of bits within 0..{3}, lowest first",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_badStorage = new(
        "KM8005", "A layout is stored in an unsigned integer", "'{0}' cannot be stored in '{1}': use byte, ushort, uint or ulong",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_enumTooWide = new(
        "KM8006", "An enum is too wide for its field", "'{0}' has {1}, which do not hold '{2}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_addressNotAligned = new(
        "KM8009", "An address field starts at the wrong bit", "'{0}' starts at bit {1}, but an address of '{2}' starts at bit {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_nameCollision = new(
        "KM8010", "A name is taken by the generated code", "'{0}' already has a member named '{1}', which the layout generates",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_badFieldType = new(
        "KM8013", "The type does not fit the field", "'{0}' cannot be of type '{1}': {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_ownState = new(
        "KM8014", "A layout holds nothing but its word", "'{0}' makes '{1}' larger than its word: remove it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor s_severalPositions = new(
        "KM8015", "A field has one position", "'{0}' has more than one of [Bit], [Bits] and [Address]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static Diagnostic ToDiagnostic(LayoutError error)
        => Diagnostic.Create(
            Descriptor(error.Kind),
            error.Location?.ToLocation(),
            messageArgs: error.Arguments.ToArray<object>());

    private static DiagnosticDescriptor Descriptor(LayoutErrorKind kind) => kind switch
    {
        LayoutErrorKind.NotPartial => s_notPartial,
        LayoutErrorKind.Overlap => s_overlap,
        LayoutErrorKind.Gap => s_gap,
        LayoutErrorKind.OutOfRange => s_outOfRange,
        LayoutErrorKind.BadStorage => s_badStorage,
        LayoutErrorKind.EnumTooWide => s_enumTooWide,
        LayoutErrorKind.AddressNotAligned => s_addressNotAligned,
        LayoutErrorKind.NameCollision => s_nameCollision,
        LayoutErrorKind.BadFieldType => s_badFieldType,
        LayoutErrorKind.OwnState => s_ownState,
        _ => s_severalPositions,
    };
}
