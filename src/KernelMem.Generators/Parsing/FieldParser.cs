using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads one field: a partial property with a position.</summary>
internal static class FieldParser
{
    public static List<FieldPosition> PositionsOf(IPropertySymbol property)
    {
        var positions = new List<FieldPosition>();
        foreach (AttributeData attribute in property.GetAttributes())
        {
            if (KindOf(attribute) is { } kind)
                positions.Add(new FieldPosition(kind, AttributeArguments.Range(attribute), attribute));
        }

        return positions;
    }

    /// <summary>Null where the field could not be understood.</summary>
    public static FieldModel? Parse(
        IPropertySymbol property, List<FieldPosition> positions, StorageType storage, List<LayoutError> errors, CancellationToken cancellation)
    {
        if (positions.Count > 1)
        {
            errors.Add(LayoutErrors.SeveralPositions(property.Name, Locations.Of(positions[1].Attribute, cancellation)));
            return null;
        }

        if (ShapeProblem(property, positions[0]) is { } problem)
        {
            errors.Add(LayoutErrors.NotPartial(property.Name, problem, Locations.Of(property)));
            return null;
        }

        FieldPosition position = positions[0];
        if (position.Bits is not { } bits)
            return null;

        int maxBit = storage.Width - 1;
        if (!bits.IsWithin(maxBit))
        {
            errors.Add(LayoutErrors.OutOfRange($"'{property.Name}'", bits, maxBit, Locations.Of(position.Attribute, cancellation)));
            return null;
        }

        if (FieldTypes.Resolve(property, position, bits, errors, cancellation) is not { } type)
            return null;

        FieldOptions? options = FieldOptionsParser.Parse(property, position, bits, type, errors, cancellation);
        return options is null ? null : CreateModel(property, bits, type, options.Value, cancellation);
    }

    private static PositionKind? KindOf(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() switch
    {
        KnownNames.BitAttribute => PositionKind.Bit,
        KnownNames.BitsAttribute => PositionKind.Bits,
        KnownNames.AddressAttribute => PositionKind.Address,
        _ => null,
    };

    private static string? ShapeProblem(IPropertySymbol property, FieldPosition position) => property switch
    {
        { IsIndexer: true } => "must be a property, not an indexer",
        { IsPartialDefinition: false } => "must be declared partial",
        { PartialImplementationPart: { } implementation } when GeneratedHalf.IsOwn(implementation) =>
            "must not be implemented: the generator implements it",
        { IsStatic: true } => "must not be static",
        { ReturnsByRef: true } or { ReturnsByRefReadonly: true } => "must not return a reference",
        _ when FieldOptionsParser.AccessOf(position) == AccessKind.WriteOnly => property is { GetMethod: null, SetMethod.IsInitOnly: true }
            ? null
            : "must have an init accessor and nothing else, since it is write-only: { init; }",
        { GetMethod: null } or { SetMethod: not null } => "must have a getter and nothing else: { get; }",
        _ => null,
    };

    private static FieldModel CreateModel(
        IPropertySymbol property, BitRange bits, FieldType type, FieldOptions options, CancellationToken cancellation)
        => new(
            property.Name,
            Modifiers(property, cancellation),
            SymbolText.Keyword(property.DeclaredAccessibility),
            SymbolText.FullType(property.Type),
            type.Width,
            type.Kind,
            bits,
            options,
            type.Enum);

    /// <summary>The two halves of a partial property must have the same modifiers.</summary>
    public static string Modifiers(IPropertySymbol property, CancellationToken cancellation)
    {
        var syntax = (PropertyDeclarationSyntax)GeneratedHalf.DeclarationsOf(property).First().GetSyntax(cancellation);
        var others = syntax.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.PartialKeyword)).Select(modifier => modifier.Text);
        return string.Join(" ", others.Append("partial"));
    }
}
