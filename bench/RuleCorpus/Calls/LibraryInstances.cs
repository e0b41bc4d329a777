extern alias Inference;

using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Inference::KernelMem.Analyzers.Effects;
using Inference::KernelMem.Effects;
using Mono.Cecil;

namespace RuleCorpus.Calls;

/// <summary>
/// Generic members of libraries whose type arguments decide: the code of the library is judged for the arguments that the program gives. What
/// files say that they use of them is not asked.
/// </summary>
internal sealed class LibraryInstances(World world, KnownMembers elsewhere)
{
    private readonly CallGraph _graph = new(world, elsewhere.Overrides, elsewhere.Known);
    private readonly List<(ClosedNode Node, MethodNode Caller)> _instances = [];

    public int Count => _instances.Count;

    public void Add(ClosedNode node)
    {
        if (node.Context.TypeArguments.Concat(node.Context.MethodArguments).All(static argument => argument is GenericParameter))
            return;

        // Somebody has to call it: a method of its own, which is nowhere.
        MethodNode caller = new(node.Method, node.Context);
        _graph.Connect(caller, new Target(node.Method, node.Context));
        _instances.Add((node, caller));
    }

    public void Solve()
    {
        _graph.ScanAll(CancellationToken.None);
        EffectsSolver.Solve(_graph.Nodes);
        foreach ((ClosedNode node, MethodNode caller) in _instances)
        {
            MemberEffects effects = caller.Edges[0].Callee.ToEffects();
            if (effects.Allocates is EffectVerdict.Unknown or EffectVerdict.Always)
                node.Add(effects.Allocates == EffectVerdict.Always ? Verdict.Always : Verdict.Unknown, effects.Reason);
        }
    }
}
