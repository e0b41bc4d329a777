using System;
using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>
/// In which assemblies something can have a mark: in those that know the vocabulary, and in the compilation if its sources mention the mark.
/// Most of what code uses is in others, and is not asked for its attributes.
/// </summary>
internal sealed class MarkedAssemblies(Compilation compilation, INamedTypeSymbol mark, bool isMentioned)
{
    private readonly ConcurrentDictionary<IAssemblySymbol, bool> _known = new(SymbolEqualityComparer.Default);
    private readonly Func<IAssemblySymbol, bool> _knows = assembly => Knows(assembly, mark.ContainingAssembly);

    /// <summary>Whether a symbol may have the mark.</summary>
    public bool MayMark(ISymbol symbol)
    {
        if (symbol.ContainingAssembly is not { } assembly)
            return true;

        return SymbolEqualityComparer.Default.Equals(assembly, compilation.Assembly) ? isMentioned : _known.GetOrAdd(assembly, _knows);
    }

    /// <summary>Whether an assembly is the vocabulary's, or refers to it; to whatever version of it.</summary>
    public static bool Knows(IAssemblySymbol assembly, IAssemblySymbol vocabulary)
    {
        if (SymbolEqualityComparer.Default.Equals(assembly, vocabulary))
            return true;

        foreach (IModuleSymbol module in assembly.Modules)
        {
            foreach (AssemblyIdentity reference in module.ReferencedAssemblies)
            {
                if (string.Equals(reference.Name, vocabulary.Name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
