using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// Whether a compilation has code that is held to a mark. Where the profile holds nobody to anything, nothing else need be looked at, and a
/// project that only refers to the library pays nothing.
/// </summary>
internal static class MarkSearch
{
    private static readonly string[] s_marks = ["NoAlloc", "NoThrow", "NonBlocking"];

    public static bool IsUsed(Compilation compilation, KnownSymbols symbols)
        => compilation.SyntaxTrees.Any(IsMentioned) || InheritsPromises(compilation, symbols);

    private static bool IsMentioned(SyntaxTree tree)
    {
        string text = tree.GetText().ToString();
        return s_marks.Any(mark => text.IndexOf(mark, StringComparison.Ordinal) >= 0);
    }

    /// <summary>Whether a type overrides or implements members of an assembly that knows the marks.</summary>
    private static bool InheritsPromises(Compilation compilation, KnownSymbols symbols)
    {
        if (symbols.NoAlloc?.ContainingAssembly is not { } vocabulary || SymbolEqualityComparer.Default.Equals(vocabulary, compilation.Assembly))
            return false;

        HashSet<IAssemblySymbol> marked = new(
            compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly => SymbolEqualityComparer.Default.Equals(assembly, vocabulary)
                || assembly.Modules.Any(module => module.ReferencedAssemblies.Contains(vocabulary.Identity))),
            SymbolEqualityComparer.Default);
        return DeclaredTypes.In(compilation.Assembly.GlobalNamespace).Any(type => Bases(type).Any(@base => marked.Contains(@base.ContainingAssembly)));
    }

    private static ImmutableArray<INamedTypeSymbol> Bases(INamedTypeSymbol type) => type.BaseType is { } @base ? type.AllInterfaces.Add(@base) : type.AllInterfaces;
}
