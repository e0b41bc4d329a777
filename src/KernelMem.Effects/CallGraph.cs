using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>What is known of a member that is not judged here; null if nothing is.</summary>
/// <param name="member">The member.</param>
internal delegate MemberEffects? KnownElsewhere(MethodDefinition member);

/// <summary>The methods that can be called from outside, those that they call, and so on; a generic one once for each set of arguments.</summary>
internal sealed class CallGraph(World world, EffectOverrides overrides, KnownElsewhere elsewhere)
{
    private static readonly Effect[] s_effects = [Effect.Allocates, Effect.Throws, Effect.Blocks];

    private readonly Dictionary<MethodDefinition, MethodNode> _plain = [];
    private readonly Dictionary<(MethodDefinition, string), MethodNode> _instances = [];
    private readonly Dictionary<MethodDefinition, ControlFlow> _flows = [];
    private readonly Dictionary<(string, string), MethodDefinition?> _members = [];
    private readonly HashSet<(MethodNode, MethodNode, EdgeKind)> _edges = [];
    private readonly Terminators _terminators = new(world, overrides);
    private readonly List<MethodNode> _nodes = [];
    private int _scanned;

    public World World => world;

    public Dispatch Dispatch { get; } = new(world);

    /// <summary>In the order in which they were found.</summary>
    public IReadOnlyList<MethodNode> Nodes => _nodes;

    /// <summary>The node of a member whose type parameters are open.</summary>
    public MethodNode Root(MethodDefinition method) => Node(method, GenericContext.Open(method));

    /// <summary>Looks at all code that was found and not yet looked at.</summary>
    public void ScanAll(CancellationToken cancellation)
    {
        for (; _scanned < _nodes.Count; _scanned++)
        {
            cancellation.ThrowIfCancellationRequested();
            Scan(_nodes[_scanned]);
        }
    }

    /// <summary>Whether people said what a virtual method does, whatever overrides it: in a list, or by a mark, which is inherited.</summary>
    public bool IsListed(MethodDefinition method)
        => overrides.TryGet(method, out _) || (world.IsJudged(method) && s_effects.Any(effect => Marks.Of(method, effect, out _) is not null));

    /// <summary>A method calls another.</summary>
    public void Connect(MethodNode caller, Target target, EdgeKind kind = EdgeKind.Call)
    {
        GenericContext context = target.Context;
        if (context.IsTooDeep)
        {
            context = GenericContext.Open(target.Method);
            kind = kind == EdgeKind.Call ? EdgeKind.OtherArguments : kind;
        }

        MethodNode callee = Node(target.Method, context);
        if (_edges.Add((caller, callee, kind)))
            caller.Edges.Add(new Edge(callee, kind));
    }

    /// <summary>A member of the platform, by its type and name.</summary>
    public MethodDefinition? FindMember(string type, string name)
    {
        if (!_members.TryGetValue((type, name), out MethodDefinition? member))
        {
            TypeDefinition? definition = world.FindByName(type);
            member = definition?.Methods.FirstOrDefault(method => method.Name == name && !method.IsStatic);
            _members.Add((type, name), member);
        }

        return member;
    }

    private MethodNode Node(MethodDefinition method, GenericContext context)
    {
        if (context.TypeArguments.Count + context.MethodArguments.Count == 0)
        {
            if (!_plain.TryGetValue(method, out MethodNode? plain))
                _plain.Add(method, plain = NewNode(method, context));
            return plain;
        }

        (MethodDefinition, string) key = (method, context.Key());
        if (!_instances.TryGetValue(key, out MethodNode? instance))
            _instances.Add(key, instance = NewNode(method, context));
        return instance;
    }

    private MethodNode NewNode(MethodDefinition method, GenericContext context)
    {
        MethodNode node = new(method, context);
        _nodes.Add(node);
        return node;
    }

    private void Scan(MethodNode node)
    {
        MethodDefinition method = node.Method;
        if (world.IsJudged(method))
            AddMarks(node);

        if (overrides.TryGet(method, out MemberEffects known))
            node.Add(known, "");
        else if (!world.IsJudged(method))
            AddElsewhere(node);
        else if (method.IsAbstract)
            node.AddUnknown("virtual call of " + Names.Of(method));
        else if (method.DeclaringType.BaseType?.FullName == "System.MulticastDelegate")
            AddDelegateMember(node);
        else if (!method.HasBody)
            node.AddUnknown("native code of " + Names.Of(method));
        else
            new BodyScan(this, node, FlowOf(method)).Scan();
    }

    private static void AddMarks(MethodNode node)
    {
        foreach (Effect effect in s_effects)
        {
            if (Marks.Of(node.Method, effect, out string reason) is { } verdict)
                node.Mark(effect, verdict, reason);
        }
    }

    /// <summary>The runtime's: making one is seen where it is made; what it calls is not known.</summary>
    private static void AddDelegateMember(MethodNode node)
    {
        if (!node.Method.IsConstructor)
            node.AddUnknown("call of a delegate " + Names.Of(node.Method.DeclaringType));
    }

    private void AddElsewhere(MethodNode node)
    {
        MethodDefinition method = node.Method;
        if (elsewhere(method) is not { } known)
        {
            node.AddUnknown("call of " + Names.Of(method) + ", of which nothing is known");
            return;
        }

        node.Add(IsOpen(node) ? known : new MemberEffects(Unknown(known.Allocates), Unknown(known.Throws), Unknown(known.Blocks), known.Reason), Names.Of(method));
    }

    /// <summary>What depends on type arguments was not judged for those of the call.</summary>
    private static EffectVerdict Unknown(EffectVerdict verdict) => verdict == EffectVerdict.DependsOnTypeArguments ? EffectVerdict.Unknown : verdict;

    private static bool IsOpen(MethodNode node)
        => node.Context.TypeArguments.Concat(node.Context.MethodArguments).All(static argument => argument is GenericParameter);

    private ControlFlow FlowOf(MethodDefinition method)
    {
        if (!_flows.TryGetValue(method, out ControlFlow? flow))
            _flows.Add(method, flow = new ControlFlow(method.Body, _terminators));
        return flow;
    }
}
