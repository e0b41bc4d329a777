using System.Threading;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Where things are declared: in the user's own source, not in the generated half.</summary>
internal static class Locations
{
    public static Location? Of(ISymbol symbol)
    {
        foreach (Location location in symbol.Locations)
        {
            if (location.SourceTree is { } tree && !GeneratedHalf.Contains(tree))
                return location;
        }

        return null;
    }

    public static Location? Of(AttributeData attribute, CancellationToken cancellation)
        => attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation();
}
