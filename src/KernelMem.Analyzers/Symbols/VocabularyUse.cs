using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>
/// Whether a compilation can use anything that has a mark, or a mark itself: to do so, its sources must name a namespace of an assembly that
/// knows the vocabulary, or of one that refers to such an assembly. Many projects of a solution name none.
/// </summary>
internal static class VocabularyUse
{
    private static readonly ConditionalWeakTable<Compilation, StrongBox<bool>> s_found = new();

    public static bool IsPossible(Compilation compilation, KnownSymbols symbols, CancellationToken cancellation)
    {
        if (s_found.TryGetValue(compilation, out StrongBox<bool>? found))
            return found.Value;

        bool isPossible = Find(compilation, symbols, cancellation);
        return s_found.GetValue(compilation, _ => new StrongBox<bool>(isPossible)).Value;
    }

    private static bool Find(Compilation compilation, KnownSymbols symbols, CancellationToken cancellation)
    {
        HashSet<string> knowing = new(symbols.All.Select(static mark => mark.ContainingAssembly.Name), StringComparer.OrdinalIgnoreCase);
        if (knowing.Contains(compilation.Assembly.Name))
            return true;

        // Who is known to one of them may be used through others that never name it.
        IAssemblySymbol[] references = [.. compilation.SourceModule.ReferencedAssemblySymbols];
        while (Array.Exists(references, assembly => !knowing.Contains(assembly.Name) && RefersTo(assembly, knowing) && knowing.Add(assembly.Name)))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return references.Where(assembly => knowing.Contains(assembly.Name)).Any(assembly => IsNamed(assembly, compilation, cancellation));
    }

    private static bool RefersTo(IAssemblySymbol assembly, HashSet<string> names)
        => assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => names.Contains(reference.Name)));

    private static bool IsNamed(IAssemblySymbol assembly, Compilation compilation, CancellationToken cancellation)
    {
        if (assembly.GivesAccessTo(compilation.Assembly) || assembly.GlobalNamespace.GetTypeMembers().Any(IsPublic))
            return true;

        return assembly.GlobalNamespace.GetNamespaceMembers().Any(place => HasPublicTypes(place) && Mentions.AnyOf(compilation, place.Name, cancellation));
    }

    private static bool HasPublicTypes(INamespaceSymbol place) => place.GetTypeMembers().Any(IsPublic) || place.GetNamespaceMembers().Any(HasPublicTypes);

    private static bool IsPublic(INamedTypeSymbol type) => type.DeclaredAccessibility == Accessibility.Public;
}
