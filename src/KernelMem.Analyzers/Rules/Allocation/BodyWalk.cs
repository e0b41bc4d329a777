using System;
using System.Collections.Generic;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// Visits each operation that can run in a member: its body or initializer, and the functions inside it, each by its control-flow graph.
/// Functions that nobody asks for are passed over.
/// </summary>
internal sealed class BodyWalk(OperationBlockAnalysisContext context, Func<ISymbol, bool> isAsked, IBodyVisitor visitor)
{
    private readonly List<FunctionBody> _bodies = [];
    private readonly Stack<IOperation> _pending = new();

    /// <summary>The functions that were asked for and have something in them that could matter.</summary>
    public IReadOnlyList<FunctionBody> Run()
    {
        var candidates = new AllocationCandidates(visitor, isAsked);
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

        return _bodies;
    }

    private void Walk(ControlFlowGraph graph, ISymbol function)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        var body = new FunctionBody(context.Compilation, graph, function);
        bool isVisited = isAsked(function);
        if (isVisited)
        {
            _bodies.Add(body);
            visitor.VisitFunction(body);
        }

        foreach (BasicBlock block in graph.Blocks)
        {
            if (!block.IsReachable)
            {
                if (isVisited)
                    VisitUnreachable(block, body);
                continue;
            }

            foreach (IOperation operation in block.Operations)
            {
                Visit(operation, body, isVisited);
            }

            // What is thrown is judged as a whole.
            bool isThrow = block.FallThroughSuccessor?.Semantics is ControlFlowBranchSemantics.Throw;
            if (!isThrow && block.BranchValue is { } value)
                Visit(value, body, isVisited);

            if (isVisited && (isThrow || IsRethrow(block.FallThroughSuccessor) || IsRethrow(block.ConditionalSuccessor)))
                visitor.VisitThrow(isThrow ? block.BranchValue : null, body);
        }

        foreach (IMethodSymbol local in graph.LocalFunctions)
        {
            ControlFlowGraph localGraph = graph.GetLocalFunctionControlFlowGraph(local, context.CancellationToken);
            if (isVisited)
                visitor.VisitLocalFunction(local, localGraph, body);

            Walk(localGraph, local);
        }
    }

    private void VisitUnreachable(BasicBlock block, FunctionBody body)
    {
        foreach (IOperation root in block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
        {
            foreach (IOperation operation in root.DescendantsAndSelf())
            {
                visitor.VisitUnreachable(operation, body);
            }
        }
    }

    private static bool IsRethrow(ControlFlowBranch? branch) => branch?.Semantics is ControlFlowBranchSemantics.Rethrow;

    private void Visit(IOperation root, FunctionBody body, bool isVisited)
    {
        // A lambda inside is walked from here, above what is left of this tree.
        int floor = _pending.Count;
        _pending.Push(root);
        while (_pending.Count > floor)
        {
            IOperation operation = _pending.Pop();
            if (isVisited)
                visitor.Visit(operation, body);

            // An expression tree describes code, and does not run it.
            if (operation is IFlowAnonymousFunctionOperation lambda && !ExpressionTrees.IsDescribed(lambda))
                Walk(body.Graph.GetAnonymousFunctionControlFlowGraph(lambda, context.CancellationToken), lambda.Symbol);

            foreach (IOperation child in operation.ChildOperations)
            {
                _pending.Push(child);
            }
        }
    }
}
