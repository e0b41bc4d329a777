using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>One function on a walk (a member's own code, a lambda or a local function), and what the rules see in it.</summary>
internal sealed class FunctionBody(Compilation compilation, ControlFlowGraph graph, ISymbol function)
{
    private readonly List<AllocationFact> _facts = [];
    private readonly HashSet<(string Id, TextSpan Span)> _places = [];
    private Dictionary<IDelegateCreationOperation, DelegateOrigin>? _delegates;
    private ImmutableArray<TextSpan> _omittedCalls;
    private HashSet<string>? _inUse;

    public ISymbol Function => function;

    public ControlFlowGraph Graph => graph;

    public Compilation Compilation => compilation;

    public INamedTypeSymbol? ContainingType => function.ContainingType;

    /// <summary>What the rules see in the function's own code, without that of functions inside it.</summary>
    public IReadOnlyList<AllocationFact> Facts => _facts;

    /// <summary>What a delegate is made of: three rules ask, and the search goes through whole functions.</summary>
    public DelegateOrigin OriginOf(IDelegateCreationOperation creation)
    {
        _delegates ??= [];
        if (!_delegates.TryGetValue(creation, out DelegateOrigin origin))
        {
            origin = DelegateOrigin.Of(creation, graph, function);
            _delegates.Add(creation, origin);
        }

        return origin;
    }

    /// <summary>Whether a variable is a parameter, or code that can run uses it.</summary>
    public bool IsInUse(string variable)
    {
        _inUse ??= new HashSet<string>(
            graph.Blocks
                .Where(static block => block.IsReachable)
                .SelectMany(static block => block.Operations.SelectMany(static operation => operation.DescendantsAndSelf()))
                .OfType<ILocalReferenceOperation>()
                .Select(static reference => reference.Local.Name)
                .Concat(function is IMethodSymbol method ? method.Parameters.Select(static parameter => parameter.Name) : []),
            StringComparer.Ordinal);
        return _inUse.Contains(variable);
    }

    /// <summary>Notes a fact, once for a rule and a place. The message begins with the function's name; the details follow.</summary>
    public void Add(DiagnosticDescriptor rule, Location location, params object[] details)
    {
        if (!IsOmitted(location.SourceSpan) && _places.Add((rule.Id, location.SourceSpan)))
            _facts.Add(new AllocationFact(rule, location, details.ToImmutableArray()));
    }

    /// <summary>The compiler leaves out calls of <c>[Conditional]</c> methods whose symbol is not defined, arguments and all.</summary>
    private bool IsOmitted(TextSpan span)
    {
        if (_omittedCalls.IsDefault)
        {
            _omittedCalls =
            [
                .. graph.OriginalOperation.Descendants().OfType<IInvocationOperation>().Where(ConditionalCalls.IsOmitted).Select(call => call.Syntax.Span),
            ];
        }

        return _omittedCalls.Any(call => call.Contains(span));
    }
}
