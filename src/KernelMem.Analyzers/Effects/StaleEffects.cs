using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// Finds references of which an effects file speaks that was made for another build of them. Of a reference assembly nobody can tell: it is
/// not the one whose code was looked at.
/// </summary>
internal static class StaleEffects
{
    /// <summary>The names of the assemblies, in order.</summary>
    public static IReadOnlyList<string> Find(Compilation compilation, EffectsCatalog catalog)
    {
        if (catalog.Files.Count == 0)
            return [];

        Dictionary<string, IAssemblySymbol> references = new(StringComparer.Ordinal);
        foreach (IAssemblySymbol assembly in compilation.SourceModule.ReferencedAssemblySymbols)
            references[assembly.Name] = assembly;

        // The first file that speaks of an assembly is the one that counts.
        return [.. catalog.Files
            .SelectMany(static file => file.Assemblies)
            .GroupBy(static assembly => assembly.Name, StringComparer.Ordinal)
            .Select(static assembly => assembly.First())
            .Where(assembly => references.TryGetValue(assembly.Name, out IAssemblySymbol? reference) && IsAnother(reference, assembly.Mvid))
            .Select(static assembly => assembly.Name)
            .OrderBy(static name => name, StringComparer.Ordinal)];
    }

    private static bool IsAnother(IAssemblySymbol reference, Guid mvid)
        => !reference.GetAttributes().Any(static mark => mark.AttributeClass is { Name: "ReferenceAssemblyAttribute" })
            && reference.Modules.FirstOrDefault()?.GetMetadata() is { } metadata
            && metadata.GetModuleVersionId() != mvid;
}
