using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Finds what a function inside a member takes from around it, itself or through functions that it uses.</summary>
internal static class CaptureSearch
{
    public static ImmutableArray<string> Of(IFlowAnonymousFunctionOperation lambda, ControlFlowGraph graph)
        => new Search(lambda.Symbol).Run(graph.GetAnonymousFunctionControlFlowGraph(lambda));

    public static ImmutableArray<string> Of(IMethodSymbol localFunction, ControlFlowGraph graph)
        => new Search(localFunction).Run(graph.GetLocalFunctionControlFlowGraphInScope(localFunction.OriginalDefinition));

    private sealed class Search(IMethodSymbol function)
    {
        private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
        private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default) { function };

        public ImmutableArray<string> Run(ControlFlowGraph graph)
        {
            SearchGraph(graph);
            return [.. _names];
        }

        private void SearchGraph(ControlFlowGraph graph)
        {
            foreach (BasicBlock block in graph.Blocks)
            {
                foreach (IOperation operation in block.Operations)
                {
                    SearchTree(operation, graph);
                }

                if (block.BranchValue is { } value)
                    SearchTree(value, graph);
            }
        }

        private void SearchTree(IOperation root, ControlFlowGraph graph)
        {
            foreach (IOperation operation in root.DescendantsAndSelf())
            {
                switch (operation)
                {
                    case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                        _names.Add("this");
                        break;

                    case ILocalReferenceOperation { Local: { IsConst: false, IsStatic: false } local } when IsOutside(local):
                        _names.Add(local.Name);
                        break;

                    case IParameterReferenceOperation { Parameter: { } parameter } when IsOutside(parameter):
                        _names.Add(parameter.Name);
                        break;

                    case IFlowAnonymousFunctionOperation lambda when _seen.Add(lambda.Symbol):
                        SearchGraph(graph.GetAnonymousFunctionControlFlowGraph(lambda));
                        break;

                    case IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } called }:
                        SearchLocalFunction(called, graph);
                        break;

                    case IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } named }:
                        SearchLocalFunction(named, graph);
                        break;
                }
            }
        }

        private void SearchLocalFunction(IMethodSymbol localFunction, ControlFlowGraph graph)
        {
            if (_seen.Add(localFunction.OriginalDefinition))
                SearchGraph(graph.GetLocalFunctionControlFlowGraphInScope(localFunction.OriginalDefinition));
        }

        /// <summary>Declared in none of the functions that were searched, which are inside the one in question or used by it.</summary>
        private bool IsOutside(ISymbol variable)
        {
            for (ISymbol? owner = variable.ContainingSymbol; owner is IMethodSymbol; owner = owner.ContainingSymbol)
            {
                if (SymbolEqualityComparer.Default.Equals(owner, function) || IsOwnOfUsed(owner, variable))
                    return false;
            }

            return true;
        }

        /// <summary>A function that is used from here may stand outside; its own variables are not taken from around.</summary>
        private bool IsOwnOfUsed(ISymbol owner, ISymbol variable)
            => SymbolEqualityComparer.Default.Equals(owner, variable.ContainingSymbol) && _seen.Contains(owner);
    }
}
