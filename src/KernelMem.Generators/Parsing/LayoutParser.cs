using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Generators.Helpers;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads a declared layout from its symbols. Errors are collected as data; a layout with errors is not generated.</summary>
internal static class LayoutParser
{
    public static ParsedLayout Parse(INamedTypeSymbol type, AttributeData layoutAttribute, CancellationToken cancellation)
    {
        var errors = new List<LayoutError>();
        Location? location = Locations.Of(layoutAttribute, cancellation) ?? Locations.Of(type);

        ShapeChecks.Check(type, errors, cancellation);
        StorageType? storage = ParseStorage(type, layoutAttribute, location, errors);
        LayoutModel? layout = storage is null ? null : ParseContent(type, storage.Value, location, errors, cancellation);

        return new ParsedLayout(errors.Count == 0 ? layout : null, InSourceOrder(errors));
    }

    private static StorageType? ParseStorage(INamedTypeSymbol type, AttributeData attribute, Location? location, List<LayoutError> errors)
    {
        if (attribute.AttributeConstructor is null)
            return null; // The attribute itself does not compile, and the compiler says so.

        if (attribute.ConstructorArguments.IsEmpty)
            return new StorageType("ulong", 64);

        var declared = attribute.ConstructorArguments[0].Value as ITypeSymbol;
        StorageType? storage = StorageType.From(declared);
        if (storage is null && declared is not IErrorTypeSymbol)
            errors.Add(LayoutErrors.BadStorage(type.Name, declared?.ToDisplayString() ?? "null", location));

        return storage;
    }

    /// <summary>Null where a field or an attribute could not be understood.</summary>
    private static LayoutModel? ParseContent(
        INamedTypeSymbol type, StorageType storage, Location? location, List<LayoutError> errors, CancellationToken cancellation)
    {
        var fields = new List<FieldModel>();
        var claims = new List<BitClaim>();
        bool understood = true;

        foreach (IPropertySymbol property in type.OwnMembers().OfType<IPropertySymbol>())
        {
            cancellation.ThrowIfCancellationRequested();
            List<FieldPosition> positions = FieldParser.PositionsOf(property);
            if (positions.Count == 0)
                continue;

            FieldModel? field = FieldParser.Parse(property, positions, storage, errors, cancellation);
            if (field is null)
            {
                understood = false;
                continue;
            }

            fields.Add(field);
            claims.Add(new BitClaim($"'{field.Name}'", field.Bits, Locations.Of(property)));
        }

        var unnamed = new List<UnnamedBits>();
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (UnnamedBitsParser.RoleOf(attribute) is not { } role)
                continue;

            UnnamedBits? bits = UnnamedBitsParser.Parse(attribute, role, storage, errors, cancellation);
            if (bits is null)
            {
                understood = false;
                continue;
            }

            unnamed.Add(bits.Value);
            claims.Add(new BitClaim(bits.Value.Description + " bits", bits.Value.Bits, Locations.Of(attribute, cancellation)));
        }

        CoverageChecks.CheckOverlaps(claims, errors);
        if (understood)
            CoverageChecks.CheckGaps(type.Name, storage, claims, location, errors);

        NameChecks.Check(type, fields, errors);

        return understood ? CreateModel(type, storage, fields, unnamed) : null;
    }

    private static LayoutModel CreateModel(INamedTypeSymbol type, StorageType storage, List<FieldModel> fields, List<UnnamedBits> unnamed)
        => new(
            type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(SymbolText.EscapedName),
            ContainingTypes(type).ToEquatableArray(),
            SymbolText.Escape(type.Name),
            HintNames.For(type),
            storage,
            fields.OrderBy(field => field.Bits.Low).ToEquatableArray(),
            unnamed.OrderBy(bits => bits.Bits.Low).ToEquatableArray());

    private static Stack<string> ContainingTypes(INamedTypeSymbol type)
    {
        var headers = new Stack<string>();
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            headers.Push($"partial {SymbolText.Keyword(outer)} {SymbolText.Escape(outer.Name)}");
        }

        return headers;
    }

    private static List<LayoutError> InSourceOrder(List<LayoutError> errors)
        => [.. errors
            .OrderBy(error => error.Location?.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(error => error.Location?.SourceSpan.Start)
            .ThenBy(error => error.Kind)];
}
