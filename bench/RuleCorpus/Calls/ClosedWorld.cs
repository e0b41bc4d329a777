extern alias Inference;

using System.Collections.Generic;
using Inference::KernelMem.Effects;
using Mono.Cecil;

namespace RuleCorpus.Calls;

/// <summary>
/// The verdicts on the methods of a program, from its compiled code, in the simplest way there is: instructions that allocate, calls, and a
/// virtual call runs whatever the program's types have for it, since nobody else derives from them. The rules are not asked.
/// </summary>
internal sealed class ClosedWorld(World world, ModuleDefinition program, KnownMembers elsewhere)
{
    private readonly LibraryInstances _instances = new(world, elsewhere);
    private readonly Dictionary<(MethodDefinition, string), ClosedNode> _nodes = [];
    private readonly Dictionary<MethodDefinition, StackTypes> _stacks = [];
    private readonly List<ClosedNode> _all = [];
    private int _scanned;

    public World World => world;

    public Dispatch Dispatch { get; } = new(world);

    /// <summary>How many generic members of libraries were judged for the program's type arguments.</summary>
    public int Instances => _instances.Count;

    public bool IsOfProgram(MemberReference member) => member.Module == program;

    /// <summary>A method with its type parameters open.</summary>
    public ClosedNode Root(MethodDefinition method) => Node(new Target(method, GenericContext.Open(method)));

    public ClosedNode Node(Target target)
    {
        GenericContext context = target.Context.IsTooDeep ? GenericContext.Open(target.Method) : target.Context;
        (MethodDefinition, string) key = (target.Method, context.Key());
        if (!_nodes.TryGetValue(key, out ClosedNode? node))
        {
            _nodes.Add(key, node = new ClosedNode(target.Method, context));
            if (target.Context.IsTooDeep)
                node.Add(Verdict.Unknown, "types in types without end");
            _all.Add(node);
        }

        return node;
    }

    public StackTypes StackOf(MethodDefinition method)
    {
        if (!_stacks.TryGetValue(method, out StackTypes? stack))
            _stacks.Add(method, stack = new StackTypes(world, method));
        return stack;
    }

    /// <summary>Finds the verdicts on the roots, and on all that they call.</summary>
    public void Solve()
    {
        for (; _scanned < _all.Count; _scanned++)
            Scan(_all[_scanned]);

        _instances.Solve();

        // The worst first: a reason is the nearest of its kind.
        foreach (Verdict verdict in new[] { Verdict.Always, Verdict.Unknown })
            Spread(verdict);
    }

    private void Scan(ClosedNode node)
    {
        MethodDefinition method = node.Method;
        if (!IsOfProgram(method))
        {
            if (elsewhere.DependsOnTypeArguments(method))
                _instances.Add(node);
            ReasonedVerdict known = elsewhere.Find(method) ?? new ReasonedVerdict(Verdict.Unknown, "nothing is known");
            node.Add(known.Value, known.Reason);
        }
        else if (method.IsAbstract)
            node.Add(Verdict.Unknown, "an abstract member");
        else if (method.HasBody)
            new CodeScan(this, node).Scan();
        else if (method.DeclaringType.BaseType?.FullName != "System.MulticastDelegate")
            node.Add(Verdict.Unknown, "native code");
        else if (!method.IsConstructor)
            node.Add(Verdict.Unknown, "a delegate");
    }

    private void Spread(Verdict verdict)
    {
        Queue<ClosedNode> next = new();
        foreach (ClosedNode node in _all)
        {
            if (node.Own.Value == verdict && node.Result.Value < verdict)
                Set(node, node.Own);
        }

        while (next.Count > 0)
        {
            ClosedNode callee = next.Dequeue();
            foreach (ClosedNode caller in callee.Callers)
            {
                if (caller.Result.Value < verdict)
                    Set(caller, callee.Result);
            }
        }

        void Set(ClosedNode node, ReasonedVerdict result)
        {
            node.Result = result;
            next.Enqueue(node);
        }
    }
}

/// <summary>A method with its type arguments.</summary>
internal sealed class ClosedNode(MethodDefinition method, GenericContext context)
{
    private readonly HashSet<ClosedNode> _callees = [];

    public MethodDefinition Method { get; } = method;

    public GenericContext Context { get; } = context;

    public List<ClosedNode> Callers { get; } = [];

    /// <summary>Of the method's own code.</summary>
    public ReasonedVerdict Own { get; private set; } = new(Verdict.Never, "");

    /// <summary>Of that and all it calls.</summary>
    public ReasonedVerdict Result { get; set; } = new(Verdict.Never, "");

    public void Add(Verdict verdict, string reason)
    {
        if (verdict > Own.Value)
            Own = new(verdict, reason);
    }

    public void Calls(ClosedNode callee)
    {
        if (_callees.Add(callee))
            callee.Callers.Add(this);
    }
}
