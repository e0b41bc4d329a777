using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Effects;

/// <summary>
/// The members that calls reach, each with its type arguments, and which of them have an effect: the least fixed point, so that recursion
/// alone has none. Of several chains it tells the shortest, and of these the first in the source.
/// </summary>
/// <remarks>
/// A member with type arguments is one node for each set of them, so that what generic code asks of its type parameters is answered by the
/// arguments that it is given. Members that are checked by themselves end a chain, but for what depends on their arguments.
/// </remarks>
internal sealed class CallGraph(Compilation compilation, Effect effect, EffectScopes scopes, CallTargets targets, SummaryStore summaries, Func<IMethodSymbol, MemberEffects?> external)
{
    private const int MaximumDepth = 6;
    private const int Far = int.MaxValue;

    private readonly Dictionary<IMethodSymbol, Node> _nodes = new(SymbolEqualityComparer.Default);
    private readonly Queue<Node> _unexplored = new();
    private readonly TypeMap _open = new(compilation);
    private readonly TypeArgumentCalls _argumentCalls = new(compilation);

    /// <summary>Finds all that a call can reach.</summary>
    public void Explore(CallSite call)
    {
        foreach (ReachedMember reached in targets.Of(call, _open, effect))
        {
            _ = EdgeTo(reached, call.Location);
        }

        while (_unexplored.Count > 0)
        {
            Explore(_unexplored.Dequeue());
        }
    }

    /// <summary>Finds which of them have the effect: after everything was explored.</summary>
    public void Solve()
    {
        Dictionary<Node, List<Node>> callers = [];
        foreach (Node node in _nodes.Values)
        {
            foreach (Edge edge in node.Edges)
            {
                if (edge.To is not { } to)
                    continue;
                if (!callers.TryGetValue(to, out List<Node>? list))
                    callers.Add(to, list = []);
                list.Add(node);
            }
        }

        // Nodes whose own code has it, or an edge of whom leads nowhere else; then whoever calls them.
        List<Node> level = [.. _nodes.Values.Where(static node => node.Distance == 0)];
        List<Node> next = [.. _nodes.Values.Where(static node => node.Distance == 1)];
        for (int distance = 0; level.Count > 0 || next.Count > 0; distance++)
        {
            foreach (Node node in level)
            {
                foreach (Node caller in callers.TryGetValue(node, out List<Node>? list) ? list : [])
                {
                    if (caller.Distance <= distance + 1)
                        continue;
                    caller.Distance = distance + 1;
                    next.Add(caller);
                }
            }

            (level, next) = (next, []);
        }
    }

    /// <summary>Why a call has the effect; null if it has not.</summary>
    public EffectCause? Find(CallSite call)
        => targets.Of(call, _open, effect)
            .Select(reached => EdgeTo(reached, call.Location))
            .Where(static edge => edge.Distance != Far)
            .OrderBy(static edge => edge.Distance)
            .Select(static edge => edge.Cause())
            .FirstOrDefault();

    private void Explore(Node node)
    {
        IMethodSymbol member = node.Member;
        bool isHere = SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly);
        Promise promise = scopes.PromiseOf(member, effect);
        if (promise == Promise.May)
            node.Set(new EffectCause(CauseKind.Code, member, MarkOf(effect), null, null));
        else if (promise == Promise.Trusted)
            return;
        else if (new[] { member.ContainingType }.Concat(member.TypeArguments).Any(static type => TypeMap.Depth(type) > MaximumDepth))
            node.Set(new EffectCause(CauseKind.Unknown, member, "types in types without end", null, null));
        else if (promise == Promise.MustNot || (isHere && scopes.MustNot(member, effect)))
            ExploreArguments(node);
        else if (isHere)
            ExploreCode(node);
        else
            ExploreExternal(node);
    }

    /// <summary>A member that is checked by itself: what it does in the name of its type parameters is left.</summary>
    private void ExploreArguments(Node node)
    {
        TypeMap types = TypeMap.Of(node.Member, compilation);
        if (types.IsInstantiated)
            Explore(node, types, summaries.Of(node.Member).Calls.Where(static call => call.Kind == CallKind.Constrained || TypeMap.IsOpen(call.Target?.ContainingType) || (call.Target?.TypeArguments.Any(TypeMap.IsOpen) ?? false)));
    }

    private void ExploreCode(Node node)
    {
        IMethodSymbol member = node.Member;
        if (member.IsExtern)
        {
            node.Set(new EffectCause(CauseKind.Unknown, member, "native code", null, null));
            return;
        }

        FunctionSummary summary = summaries.Of(member);
        if (summary.Of(effect) is { } source)
            node.Set(new EffectCause(CauseKind.Code, member, source.What, source.Location, null));
        else
            Explore(node, TypeMap.Of(member, compilation), summary.Calls);
    }

    private void Explore(Node node, TypeMap types, IEnumerable<CallSite> calls)
    {
        foreach (CallSite call in calls)
        {
            foreach (ReachedMember reached in targets.Of(call, types, effect))
            {
                if (reached.Member is null && reached.Effect is { } other && other != effect)
                    continue;
                node.Add(EdgeTo(reached, call.Location));
            }
        }
    }

    private void ExploreExternal(Node node)
    {
        IMethodSymbol member = node.Member;
        if (external(member) is not { } effects)
            return;

        EffectVerdict verdict = effect switch
        {
            Effect.Allocate => effects.Allocates,
            Effect.Throw => effects.Throws,
            _ => effects.Blocks,
        };
        string reason = effect == Effect.Allocate || effects is { Allocates: EffectVerdict.Unknown, Throws: EffectVerdict.Unknown, Blocks: EffectVerdict.Unknown } ? effects.Reason : string.Empty;
        if (verdict == EffectVerdict.Always)
            node.Set(new EffectCause(CauseKind.Code, member, reason, null, null));
        else if (verdict == EffectVerdict.Unknown)
            node.Set(new EffectCause(CauseKind.Unknown, member, reason.Length > 0 ? reason : "not known", null, null));
        else if (verdict == EffectVerdict.DependsOnTypeArguments)
            ExploreTypeArguments(node, effects.Needs);
    }

    /// <summary>What a member of another assembly does as its type arguments decide.</summary>
    private void ExploreTypeArguments(Node node, string needs)
    {
        IReadOnlyList<CallSite> calls = _argumentCalls.Of(node.Member, needs.Length > 0 ? needs : TypeArgumentNeeds.Unsaid, Location.None, effect, out string? reason);
        if (reason is not null)
            node.Set(new EffectCause(CauseKind.Code, node.Member, reason, null, null));
        else
            Explore(node, _open, calls);
    }

    private static string MarkOf(Effect effect) => effect == Effect.Block ? "marked [MayBlock]" : "marked [MayAlloc]";

    private Edge EdgeTo(ReachedMember reached, Location location)
    {
        if (reached.Member is null || reached.Kind == CauseKind.Dispatch)
        {
            string reason = reached.Reason.Length > 0 ? reached.Reason : "what it runs is not known here";
            return new Edge(null, new EffectCause(reached.Kind, reached.Member, reason, null, null), location);
        }

        IMethodSymbol member = CallTargets.Normal(reached.Member);
        if (!_nodes.TryGetValue(member, out Node? node))
        {
            node = new Node(member);
            _nodes.Add(member, node);
            _unexplored.Enqueue(node);
        }

        return new Edge(node, null, location);
    }

    private readonly record struct Edge(Node? To, EffectCause? Leaf, Location Location)
    {
        public int Distance => To?.Distance ?? 0;

        public EffectCause Cause() => Leaf ?? To!.Cause();
    }

    private sealed class Node(IMethodSymbol member)
    {
        private readonly List<Edge> _edges = [];
        private EffectCause? _own;

        public IMethodSymbol Member => member;

        public IReadOnlyList<Edge> Edges => _edges;

        /// <summary>How many calls away the effect is; 0 where the member's own code has it.</summary>
        public int Distance { get; set; } = Far;

        public void Set(EffectCause own) => (_own, Distance) = (own, 0);

        public void Add(Edge edge)
        {
            _edges.Add(edge);
            if (edge.To is null)
                Distance = Math.Min(Distance, 1);
        }

        public EffectCause Cause()
        {
            if (_own is not null)
                return _own;
            Edge first = _edges.First(edge => edge.Distance < Distance);
            EffectCause next = first.Cause();
            return new EffectCause(next.Kind, member, next.Reason, first.Location, next);
        }
    }
}
