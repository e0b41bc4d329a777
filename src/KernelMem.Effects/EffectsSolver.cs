using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Effects;

namespace KernelMem.Effects;

/// <summary>
/// Finds the least verdicts that agree with the facts and the calls. Methods that call each other are innocent until one of them is not.
/// </summary>
internal static class EffectsSolver
{
    public static void Solve(IReadOnlyList<MethodNode> nodes)
    {
        foreach (MethodNode node in nodes)
        {
            foreach (Edge edge in node.Edges)
                edge.Callee.Callers.Add((node, edge.Kind));
        }

        foreach (Effect effect in new[] { Effect.Allocates, Effect.Throws, Effect.Blocks })
        {
            SpreadVerdicts(nodes, effect);
            SpreadReasons(nodes, effect);
        }

        SpreadNeeds(nodes);
    }

    private static void SpreadVerdicts(IReadOnlyList<MethodNode> nodes, Effect effect)
    {
        Queue<MethodNode> changed = new();
        foreach (MethodNode node in nodes)
        {
            foreach (Fact fact in node.Facts)
            {
                if (fact.Effect == effect && fact.Verdict > node[effect])
                    node[effect] = fact.Verdict;
            }

            if (node[effect] != EffectVerdict.Never)
                changed.Enqueue(node);
        }

        while (changed.Count > 0)
        {
            MethodNode callee = changed.Dequeue();
            foreach ((MethodNode caller, EdgeKind kind) in callee.Callers)
            {
                EffectVerdict verdict = new Edge(callee, kind).Weaken(callee[effect]);
                if (verdict > caller[effect] && !caller.IsMarked(effect))
                {
                    caller[effect] = verdict;
                    changed.Enqueue(caller);
                }
            }
        }
    }

    /// <summary>The reason is the nearest one, by calls; of several as near, the first that was found.</summary>
    private static void SpreadReasons(IReadOnlyList<MethodNode> nodes, Effect effect)
    {
        HashSet<MethodNode> told = [];
        Queue<MethodNode> next = new();
        foreach (MethodNode node in nodes)
        {
            foreach (Fact fact in node.Facts)
            {
                if (fact.Effect == effect && fact.Verdict == node[effect] && told.Add(node))
                {
                    node.SetReason(effect, fact.Reason);
                    next.Enqueue(node);
                }
            }
        }

        while (next.Count > 0)
        {
            MethodNode callee = next.Dequeue();
            foreach ((MethodNode caller, EdgeKind kind) in callee.Callers)
            {
                if (new Edge(callee, kind).Weaken(callee[effect]) != caller[effect] || !told.Add(caller))
                    continue;

                caller.SetReason(effect, kind == EdgeKind.FirstUse ? "static constructor of " + Names.Of(callee.Method.DeclaringType) : callee.ReasonFor(effect));
                next.Enqueue(caller);
            }
        }
    }

    /// <summary>What a callee uses of its type arguments, its caller does, where both depend on theirs.</summary>
    private static void SpreadNeeds(IReadOnlyList<MethodNode> nodes)
    {
        Queue<MethodNode> changed = new(nodes.Where(static node => node.Needs.Count > 0 && node.DependsOnTypeArguments()));
        while (changed.Count > 0)
        {
            MethodNode callee = changed.Dequeue();
            foreach ((MethodNode caller, _) in callee.Callers)
            {
                if (!caller.DependsOnTypeArguments())
                    continue;

                int before = caller.Needs.Count;
                caller.Needs.UnionWith(callee.Needs);
                if (caller.Needs.Count > before)
                    changed.Enqueue(caller);
            }
        }
    }
}
