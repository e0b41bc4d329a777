using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>
/// An order of members that does not depend on that of the files: that in which the compiler has them does, where a type is in parts.
/// </summary>
internal static class SourceOrder
{
    /// <summary>Members of one type, by the names of the files, and in a file by place.</summary>
    public static IEnumerable<ISymbol> Of(IEnumerable<ISymbol> members)
        => members.OrderBy(static member => FileOf(member), StringComparer.Ordinal).ThenBy(static member => PlaceOf(member)?.SourceSpan.Start ?? 0);

    private static string? FileOf(ISymbol member) => PlaceOf(member)?.SourceTree?.FilePath;

    private static Location? PlaceOf(ISymbol member) => member.Locations.Length > 0 ? member.Locations[0] : null;
}
