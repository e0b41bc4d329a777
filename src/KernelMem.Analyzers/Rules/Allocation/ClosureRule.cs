using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1005: a lambda, or a local function used as a delegate, that takes variables from around it.</summary>
internal sealed class ClosureRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Closure;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.DelegateCreation];

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var creation = (IDelegateCreationOperation)operation;
        DelegateOrigin origin = body.OriginOf(creation);
        if (origin.Cost == DelegateCost.Closure)
            Add(creation, origin, body);
    }

    /// <summary>
    /// A delegate in code that cannot run: the object for what it captures is made where that is declared, which may be in code that can.
    /// </summary>
    public static void VisitUnreachable(IDelegateCreationOperation creation, FunctionBody body)
    {
        DelegateOrigin origin = body.OriginOf(creation);
        if (origin.Cost == DelegateCost.Closure && origin.Captures.Any(body.IsInUse))
            Add(creation, origin, body);
    }

    /// <summary>
    /// A local function that is called only keeps what it captures on the stack, unless it is an iterator or asynchronous, and so outlives
    /// the call.
    /// </summary>
    public static void VisitLocalFunction(IMethodSymbol localFunction, ControlFlowGraph localGraph, FunctionBody body)
    {
        if (!localFunction.IsAsync && !StateMachineRule.Yields(localGraph.OriginalOperation))
            return;

        ImmutableArray<string> captures = CaptureSearch.Of(localFunction, body.Graph).Remove("this", StringComparer.Ordinal);
        if (!captures.IsEmpty)
            body.Add(RuleDescriptors.Closure, localFunction.Locations[0], Names(captures));
    }

    private static void Add(IDelegateCreationOperation creation, DelegateOrigin origin, FunctionBody body)
        => body.Add(RuleDescriptors.Closure, FunctionHeads.Of(creation.Target.Syntax), Names(origin.Captures));

    private static string Names(ImmutableArray<string> captures) => string.Join(", ", captures.Select(static name => $"'{name}'"));
}
