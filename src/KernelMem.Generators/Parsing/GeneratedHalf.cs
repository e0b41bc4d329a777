using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>
/// Tells the user's declaration from what this generator has added to it. The generator sees the declaration alone, the analyzer
/// sees both, and both must read the same.
/// </summary>
internal static class GeneratedHalf
{
    private static readonly string s_folder = typeof(LayoutGenerator).FullName;

    /// <summary>The compiler files a generator's output under the name of the generator's type.</summary>
    public static bool Contains(SyntaxTree tree)
        => string.Equals(Path.GetFileName(Path.GetDirectoryName(tree.FilePath)), s_folder, StringComparison.Ordinal);

    /// <summary>The places where the user declares the symbol.</summary>
    public static IEnumerable<SyntaxReference> DeclarationsOf(ISymbol symbol)
        => symbol.DeclaringSyntaxReferences.Where(reference => !Contains(reference.SyntaxTree));

    /// <summary>The members that the user declares; what the compiler adds of its own accord is among them.</summary>
    public static IEnumerable<ISymbol> OwnMembers(this INamedTypeSymbol type) => type.GetMembers().Where(IsOwn);

    /// <summary>The members of a name that the user declares.</summary>
    public static IEnumerable<ISymbol> OwnMembers(this INamedTypeSymbol type, string name) => type.GetMembers(name).Where(IsOwn);

    /// <summary>Whether the user has declared the symbol, or the compiler for them.</summary>
    public static bool IsOwn(ISymbol symbol)
        => symbol.DeclaringSyntaxReferences.IsEmpty
            ? symbol is not IFieldSymbol { AssociatedSymbol: { } property } || IsOwn(property)
            : DeclarationsOf(symbol).Any();
}
