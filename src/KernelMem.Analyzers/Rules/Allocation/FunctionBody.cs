using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>One function on a walk: a member's own code, a lambda or a local function.</summary>
internal sealed class FunctionBody
{
    private readonly OperationBlockAnalysisContext _context;
    private readonly ISymbol _function;
    private readonly HashSet<(string Id, TextSpan Span)> _reported = [];
    private readonly Dictionary<IDelegateCreationOperation, DelegateOrigin> _delegates = [];
    private ImmutableArray<TextSpan> _omittedCalls;

    public FunctionBody(OperationBlockAnalysisContext context, ControlFlowGraph graph, ISymbol function, EffectScopes effects)
    {
        _context = context;
        _function = function;
        Graph = graph;
        MustNotAllocate = effects.MustNotAllocate(function);
        MustNotThrow = effects.MustNotThrow(function);
    }

    public ControlFlowGraph Graph { get; }

    public Compilation Compilation => _context.Compilation;

    public INamedTypeSymbol? ContainingType => _function.ContainingType;

    public bool MustNotAllocate { get; }

    public bool MustNotThrow { get; }

    /// <summary>What a delegate is made of: three rules ask, and the search goes through whole functions.</summary>
    public DelegateOrigin OriginOf(IDelegateCreationOperation creation)
    {
        if (!_delegates.TryGetValue(creation, out DelegateOrigin origin))
        {
            origin = DelegateOrigin.Of(creation, Graph);
            _delegates.Add(creation, origin);
        }

        return origin;
    }

    /// <summary>Reports a rule once for a place. The message's first argument is the function's name.</summary>
    public void Report(DiagnosticDescriptor rule, Location location, params object[] arguments)
    {
        if (!IsOmitted(location.SourceSpan) && _reported.Add((rule.Id, location.SourceSpan)))
            _context.ReportDiagnostic(Diagnostic.Create(rule, location, [SymbolNames.Of(_function), .. arguments]));
    }

    /// <summary>The compiler leaves out calls of <c>[Conditional]</c> methods whose symbol is not defined, arguments and all.</summary>
    private bool IsOmitted(TextSpan span)
    {
        if (_omittedCalls.IsDefault)
        {
            _omittedCalls =
            [
                .. Graph.OriginalOperation.Descendants().OfType<IInvocationOperation>().Where(ConditionalCalls.IsOmitted).Select(call => call.Syntax.Span),
            ];
        }

        return _omittedCalls.Any(call => call.Contains(span));
    }
}
