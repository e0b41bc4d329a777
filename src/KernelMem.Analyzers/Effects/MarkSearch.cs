using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// Whether a compilation has code that is held to a mark. Where the profile holds nobody to anything, nothing else need be looked at, and a
/// project that only refers to the library pays nothing.
/// </summary>
internal static class MarkSearch
{
    private const Mention Marks = Mention.NoAlloc | Mention.NoThrow | Mention.NonBlocking;

    private static readonly ConditionalWeakTable<Compilation, StrongBox<bool>> s_found = new();

    public static bool IsUsed(Compilation compilation, KnownSymbols symbols, CancellationToken cancellation)
    {
        if (Mentions.Any(compilation, Marks, cancellation))
            return true;
        if (s_found.TryGetValue(compilation, out StrongBox<bool>? found))
            return found.Value;

        bool isUsed = InheritsPromises(compilation, symbols, cancellation);
        return s_found.GetValue(compilation, _ => new StrongBox<bool>(isUsed)).Value;
    }

    /// <summary>Whether a type derives from or implements a type of an assembly that knows the marks, and that has one.</summary>
    private static bool InheritsPromises(Compilation compilation, KnownSymbols symbols, CancellationToken cancellation)
    {
        INamedTypeSymbol[] marks = [.. new[] { symbols.NoAlloc, symbols.NoThrow, symbols.NonBlocking }.OfType<INamedTypeSymbol>()];
        if (marks.Length == 0 || SymbolEqualityComparer.Default.Equals(marks[0].ContainingAssembly, compilation.Assembly))
            return false;

        Dictionary<IAssemblySymbol, bool> assemblies = new(SymbolEqualityComparer.Default);
        Dictionary<INamedTypeSymbol, bool> types = new(SymbolEqualityComparer.Default);
        foreach (INamedTypeSymbol type in DeclaredTypes.In(compilation.Assembly.GlobalNamespace))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (INamedTypeSymbol contract in type.AllInterfaces)
            {
                if (Promises(contract))
                    return true;
            }

            for (INamedTypeSymbol? @base = type.BaseType; @base is not null; @base = @base.BaseType)
            {
                if (Promises(@base))
                    return true;
            }
        }

        return false;

        bool Promises(INamedTypeSymbol type)
        {
            if (type.ContainingAssembly is not { } assembly)
                return false;
            if (!assemblies.TryGetValue(assembly, out bool knows))
                assemblies.Add(assembly, knows = MarkedAssemblies.Knows(assembly, marks[0].ContainingAssembly));
            if (!knows)
                return false;

            INamedTypeSymbol definition = type.OriginalDefinition;
            if (!types.TryGetValue(definition, out bool promises))
                types.Add(definition, promises = HasMark(definition, marks) || definition.GetMembers().Any(member => HasMark(member, marks)));
            return promises;
        }
    }

    private static bool HasMark(ISymbol symbol, INamedTypeSymbol[] marks) => Array.Exists(marks, mark => symbol.Has(mark));
}
