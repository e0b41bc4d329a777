using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace KernelMem.Tests.Architecture;

/// <summary>
/// Which namespace is on which floor, and the check that code uses its own floor and those below. It reads compiled code, method
/// bodies included, so nothing that is used can hide.
/// </summary>
/// <param name="root">The namespace above the floors.</param>
/// <param name="floors">The namespaces under it, by their first name, with their floors; the root itself goes by the empty name.</param>
/// <param name="atomic">The only type that may use <c>Interlocked</c> and <c>Volatile</c>.</param>
internal sealed class FloorPlan(string root, IReadOnlyDictionary<string, int> floors, string atomic)
{
    /// <summary>What the compiler puts into every assembly for itself.</summary>
    private static readonly string[] CompilerNamespaces = ["", "Microsoft.CodeAnalysis", "System.Runtime.CompilerServices"];

    private static readonly string[] SharedMemoryTypes = ["System.Threading.Interlocked", "System.Threading.Volatile"];

    /// <summary>Everything that goes against the plan, one line each.</summary>
    /// <param name="module">The compiled code.</param>
    /// <param name="isGuest">Which types outside the root are no concern of the plan; the compiler's own never are.</param>
    public List<string> Violations(ModuleDefinition module, Func<TypeDefinition, bool>? isGuest = null)
    {
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        foreach (TypeDefinition type in module.GetTypes())
        {
            if (CompilerNamespaces.Contains(NamespaceOf(type)) || (isGuest != null && isGuest(type)))
                continue;
            if (FloorOf(type) is not int floor)
            {
                violations.Add($"{type.FullName} is on no floor");
                continue;
            }

            foreach (TypeReference used in References.Of(type))
                CheckUse(type, floor, used, violations);
        }

        return [.. violations];
    }

    private void CheckUse(TypeDefinition user, int floor, TypeReference used, SortedSet<string> violations)
    {
        if (SharedMemoryTypes.Contains(used.FullName) && !string.Equals(Outermost(user).FullName, atomic, StringComparison.Ordinal))
            violations.Add($"{user.FullName} uses {used.FullName}");
        if (FloorOf(used) is int usedFloor && usedFloor > floor)
            violations.Add($"{user.FullName} looks up to {used.FullName}");
    }

    private int? FloorOf(TypeReference type)
    {
        string name = NamespaceOf(type);
        bool isRoot = string.Equals(name, root, StringComparison.Ordinal);
        if (!isRoot && !name.StartsWith(root + ".", StringComparison.Ordinal))
            return null;
        string first = isRoot ? "" : name[(root.Length + 1)..].Split('.')[0];
        return floors.TryGetValue(first, out int floor) ? floor : null;
    }

    private static string NamespaceOf(TypeReference type) => Outermost(type).Namespace;

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType != null)
            type = type.DeclaringType;
        return type;
    }
}
