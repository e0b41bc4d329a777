using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>
/// Says of each member of some assemblies that others can call whether it allocates, throws or waits, from its code and that of all it
/// calls. An effect on the way to a <c>throw</c> counts as throwing. What is not seen, a virtual call, a delegate, native code, is unknown.
/// </summary>
internal static class EffectsInference
{
    /// <param name="world">The assemblies.</param>
    /// <param name="overrides">What is known better.</param>
    /// <param name="elsewhere">What is known of members of other assemblies.</param>
    /// <param name="cancellation">Ends it.</param>
    public static List<AssemblyEffects> Infer(World world, EffectOverrides overrides, KnownElsewhere? elsewhere, CancellationToken cancellation)
    {
        CallGraph graph = new(world, overrides, elsewhere ?? (static _ => null));
        List<(AssemblyDefinition Assembly, List<(MethodDefinition Member, MethodNode Node)> Members)> roots = [];
        foreach (AssemblyDefinition assembly in world.Judged)
        {
            List<(MethodDefinition, MethodNode)> members = [];
            foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(Visibility.IsVisible))
            {
                foreach (MethodDefinition method in type.Methods.Where(method => Visibility.IsVisible(method) || IsReachedByContract(method, world)))
                    members.Add((method, graph.Root(ExtensionBlocks.Implementation(method))));
            }

            roots.Add((assembly, members));
        }

        graph.ScanAll(cancellation);
        EffectsSolver.Solve(graph.Nodes);
        return [.. roots.Select(static root => new AssemblyEffects(
            root.Assembly.Name.Name,
            root.Assembly.MainModule.Mvid,
            [.. root.Members.Select(static member => new KeyValuePair<MethodDefinition, MemberEffects>(member.Member, member.Node.ToEffects()))]))];
    }

    /// <summary>A member that implements one of an interface explicitly: generic code calls it on a type argument.</summary>
    private static bool IsReachedByContract(MethodDefinition method, World world)
        => method.HasOverrides && method.Overrides.Any(contract => world.Find(contract.DeclaringType) is { IsInterface: true } type && Visibility.IsVisible(type));
}

/// <summary>The verdicts on an assembly's members.</summary>
/// <param name="Name">The assembly's name.</param>
/// <param name="Mvid">Which build of it.</param>
/// <param name="Members">The members that other assemblies can call.</param>
internal sealed record AssemblyEffects(string Name, Guid Mvid, IReadOnlyList<KeyValuePair<MethodDefinition, MemberEffects>> Members);
