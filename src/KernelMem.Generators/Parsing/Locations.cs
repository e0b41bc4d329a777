using System.Threading;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

internal static class Locations
{
    public static LocationInfo? Of(ISymbol symbol) => LocationInfo.From(symbol.Locations.IsEmpty ? null : symbol.Locations[0]);

    public static LocationInfo? Of(AttributeData attribute, CancellationToken cancellation)
        => LocationInfo.From(attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation());
}
