using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Diagnostics;

/// <summary>The rules about bit layouts, one descriptor each.</summary>
internal static class LayoutRules
{
    private const string Category = "KernelMem.Layout";

    private static readonly DiagnosticDescriptor s_notPartial = new(
        "KM8001",
        "A layout and its fields must be partial",
        "'{0}' {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The generator writes the other half of a layout, so the struct, the types around it and its fields must be declared in " +
        "a way that can be completed: a readonly partial struct, and partial properties without a body.",
        HelpLinks.For("KM8001"));

    private static readonly DiagnosticDescriptor s_overlap = new(
        "KM8002",
        "Fields overlap",
        "{0} and {1} both hold {2} ({3})",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Each bit of a layout belongs to one field, or to one of [Reserved], [Ignored], [Software] and [FixedBit]. A bit that " +
        "is declared twice is a position copied wrongly from the manual, unless the field says AllowOverlap.",
        HelpLinks.For("KM8002"));

    private static readonly DiagnosticDescriptor s_gap = new(
        "KM8003",
        "Bits are not declared",
        "'{0}' does not say what {1} is: declare a field, [Reserved], [Ignored], [Software] or [FixedBit]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Every bit of a layout is spoken for, so that a field that was forgotten is noticed, and so that Validate knows which " +
        "bits must be zero.",
        HelpLinks.For("KM8003"));

    private static readonly DiagnosticDescriptor s_outOfRange = new(
        "KM8004",
        "Bits are out of range",
        "{0}: {1}..{2} is not a range of bits within 0..{3}, lowest first",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A position lies within the word, the lower bit first. A physical address has at most 52 bits, so an address field ends at bit 51.",
        HelpLinks.For("KM8004"));

    private static readonly DiagnosticDescriptor s_badStorage = new(
        "KM8005",
        "A layout is stored in an unsigned integer",
        "'{0}' cannot be stored in '{1}': use byte, ushort, uint or ulong",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The word of a layout is a byte, ushort, uint or ulong: the widths that hardware reads in one access, without a sign.",
        HelpLinks.For("KM8005"));

    private static readonly DiagnosticDescriptor s_enumTooWide = new(
        "KM8006",
        "An enum is too wide for its field",
        "'{0}' has {1}, which do not hold '{2}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "Every member of a field's enum must fit the field. A member that does not could be named in the code, but never be written.",
        HelpLinks.For("KM8006"));

    private static readonly DiagnosticDescriptor s_defaultMisfit = new(
        "KM8007",
        "A default does not fit",
        "the default of '{0}' {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The initial word of a layout is made of the defaults of its fields, and is a valid word. A default must fit its field, " +
        "be a member of its enum, agree with other defaults in the same bits, and not be part of a forbidden combination. A " +
        "field whose enum does not define 0 needs a default.",
        HelpLinks.For("KM8007"));

    private static readonly DiagnosticDescriptor s_reservedWritten = new(
        "KM8008",
        "Reserved bits would be written",
        "'{0}' can be written, but {1} {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A field that says AllowOverlap may look at bits that have one value for good, but not write them: give it the access " +
        "ReadOnly, or make it shorter.",
        HelpLinks.For("KM8008"));

    private static readonly DiagnosticDescriptor s_addressNotAligned = new(
        "KM8009",
        "An address field starts at the wrong bit",
        "'{0}' starts at bit {1}, but an address of '{2}' starts at bit {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A field that holds a frame holds the bits of the frame's address in place, so it starts at the bit that the frame is " +
        "aligned to: 12 for 4 KiB, 21 for 2 MiB, 30 for 1 GiB.",
        HelpLinks.For("KM8009"));

    private static readonly DiagnosticDescriptor s_nameCollision = new(
        "KM8010",
        "A name is taken by the generated code",
        "'{0}' already has a member named '{1}', which the layout generates",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "The generated half of a layout has members of its own, some named after the fields. A member of the same name, or two " +
        "fields whose members would meet, must be renamed.",
        HelpLinks.For("KM8010"));

    private static readonly DiagnosticDescriptor s_inconsistentLevel = new(
        "KM8011",
        "An entry does not fit its level",
        "'{0}' {1}: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A page-table entry looks different at each level: where the address of the frame starts, whether bit 7 is PS, PAT or " +
        "reserved, and whether the entry may map a page or reference a table at all. The layout contradicts what its " +
        "[PageTableEntry] says.",
        HelpLinks.For("KM8011"));

    private static readonly DiagnosticDescriptor s_endianMismatch = new(
        "KM8012",
        "A byte order has no meaning here",
        "'{0}' cannot be big-endian: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "BigEndian says that memory holds the word with its most significant byte first. A single byte has no order of bytes, " +
        "and the processor reads its own structures least significant byte first.",
        HelpLinks.For("KM8012"));

    private static readonly DiagnosticDescriptor s_badFieldType = new(
        "KM8013",
        "The type does not fit the field",
        "'{0}' cannot be of type '{1}': {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A [Bit] is a bool, [Bits] are an unsigned integer or an enum that is wide enough, and an [Address] is a PhysAddr, a " +
        "Frame or a Frame<TSize>.",
        HelpLinks.For("KM8013"));

    private static readonly DiagnosticDescriptor s_ownState = new(
        "KM8014",
        "A layout holds nothing but its word",
        "'{0}' makes '{1}' larger than its word: remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A layout has exactly the size of its word, because tables and registers are made of it. A field, an automatic property " +
        "or a primary constructor would add to it.",
        HelpLinks.For("KM8014"));

    private static readonly DiagnosticDescriptor s_severalPositions = new(
        "KM8015",
        "A field has one position",
        "'{0}' has more than one of [Bit], [Bits] and [Address]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A field is in one place of the word. Fields that the hardware splits into several places are declared as one property for each.",
        HelpLinks.For("KM8015"));

    private static readonly DiagnosticDescriptor s_badCombination = new(
        "KM8016",
        "A forbidden combination cannot be read",
        "'{0}' is no combination: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A forbidden combination names fields of the layout: alone, where they must not be zero, or compared with a number or a " +
        "member of their enum; joined by the operators for not, and, or. Parentheses group.",
        HelpLinks.For("KM8016"));

    private static readonly DiagnosticDescriptor s_badAccess = new(
        "KM8017",
        "The access does not fit the field",
        "'{0}' {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "What software may do with a field is a member of FieldAccess. An address is not cleared by writing ones, and bits that " +
        "are may not be written through another field.",
        HelpLinks.For("KM8017"));

    private static readonly Dictionary<string, DiagnosticDescriptor> s_byId = new DiagnosticDescriptor[]
    {
        s_notPartial, s_overlap, s_gap, s_outOfRange, s_badStorage, s_enumTooWide, s_defaultMisfit, s_reservedWritten, s_addressNotAligned,
        s_nameCollision, s_inconsistentLevel, s_endianMismatch, s_badFieldType, s_ownState, s_severalPositions, s_badCombination, s_badAccess,
    }.ToDictionary(rule => rule.Id, StringComparer.Ordinal);

    /// <summary>All rules.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [.. s_byId.Values.OrderBy(rule => rule.Id, StringComparer.Ordinal)];

    public static Diagnostic ToDiagnostic(LayoutError error)
        => Diagnostic.Create(
            s_byId["KM" + ((int)error.Kind).ToString(CultureInfo.InvariantCulture)],
            error.Location,
            error.Related is null ? null : [error.Related],
            messageArgs: [.. error.Arguments]);
}
