using System.Linq;
using System.Threading;
using KernelMem.Generators.Helpers;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads what a placeholder needs of a declaration with errors.</summary>
internal static class PlaceholderParser
{
    public static PlaceholderModel Parse(INamedTypeSymbol type, StorageType? storage, EntryPlace? entry, CancellationToken cancellation)
        => new(
            HeaderParser.Parse(type),
            type.OwnMembers()
                .OfType<IPropertySymbol>()
                .Where(IsLeftToUs)
                .Select(property => Property(property, cancellation))
                .ToEquatableArray(),
            type.OwnMembers("Value").Any() || type.OwnMembers("FromRaw").Any() ? null : storage?.Keyword,
            entry is { Exists: true } place && !type.OwnMembers("Level").Any() ? place.LevelName : null);

    private static bool IsLeftToUs(IPropertySymbol property)
        => property is { IsPartialDefinition: true, IsIndexer: false, ReturnsByRef: false, ReturnsByRefReadonly: false }
            && (property.PartialImplementationPart is null || !GeneratedHalf.IsOwn(property.PartialImplementationPart))
            && FieldParser.PositionsOf(property).Count > 0;

    private static PlaceholderProperty Property(IPropertySymbol property, CancellationToken cancellation)
        => new(
            $"{FieldParser.Modifiers(property, cancellation)} {SymbolText.FullType(property.Type)} {SymbolText.Escape(property.Name)}",
            property.GetMethod is not null,
            property.SetMethod is null ? null : property.SetMethod.IsInitOnly ? "init" : "set");
}
