using System.Collections.Generic;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// Visits each operation that can run in a member: its body or initializer, and the functions inside it, each by its control-flow graph.
/// Functions that may do as they like are passed over.
/// </summary>
internal sealed class BodyWalk(OperationBlockAnalysisContext context, EffectScopes effects, IBodyVisitor visitor)
{
    public void Run()
    {
        var candidates = new AllocationCandidates(visitor, IsBound);
        var seen = new HashSet<IOperation>();
        foreach (IOperation block in context.OperationBlocks)
        {
            // Arguments of attributes and default values are constants: nothing of them runs. A constructor's two blocks have one graph.
            IOperation root = block.Root();
            if (root is IAttributeOperation or IParameterInitializerOperation || !seen.Add(root))
                continue;

            if (candidates.AnyIn(root, context.OwningSymbol))
                Walk(context.GetControlFlowGraph(block), context.OwningSymbol);
        }
    }

    private bool IsBound(ISymbol function) => effects.MustNotAllocate(function) || effects.MustNotThrow(function);

    private void Walk(ControlFlowGraph graph, ISymbol function)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        var body = new FunctionBody(context, graph, function, effects);
        foreach (BasicBlock block in graph.Blocks)
        {
            if (!block.IsReachable)
                continue;

            foreach (IOperation operation in block.Operations)
            {
                Visit(operation, body);
            }

            if (IsThrow(block))
                VisitThrow(block, body);
            else if (block.BranchValue is { } value)
                Visit(value, body);
        }

        foreach (IMethodSymbol local in graph.LocalFunctions)
        {
            Walk(graph.GetLocalFunctionControlFlowGraph(local, context.CancellationToken), local);
        }
    }

    private static bool IsThrow(BasicBlock block)
        => block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow;

    private void VisitThrow(BasicBlock block, FunctionBody body)
    {
        if (body.MustNotAllocate || body.MustNotThrow)
            visitor.VisitThrow(block.BranchValue, body);
    }

    private void Visit(IOperation root, FunctionBody body)
    {
        var pending = new Stack<IOperation>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            IOperation operation = pending.Pop();
            if (body.MustNotAllocate)
                visitor.Visit(operation, body);

            if (operation is IFlowAnonymousFunctionOperation lambda)
                Walk(body.Graph.GetAnonymousFunctionControlFlowGraph(lambda, context.CancellationToken), lambda.Symbol);

            foreach (IOperation child in operation.ChildOperations)
            {
                pending.Push(child);
            }
        }
    }
}
