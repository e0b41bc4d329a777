using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Generators.Model;

/// <summary>A place in a source file, comparable and free of the syntax tree that a <see cref="Location"/> keeps alive.</summary>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo? From(Location? location)
        => location is { SourceTree: not null }
            ? new LocationInfo(location.SourceTree.FilePath, location.SourceSpan, location.GetLineSpan().Span)
            : null;

    public Location ToLocation() => Location.Create(FilePath, Span, Lines);
}
