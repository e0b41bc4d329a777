using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>What <c>Deconstruct</c> methods give, and what it is assigned to: no operation says either.</summary>
internal static class Deconstructions
{
    /// <summary>Pairs of the type of a result and the type of its variable; null where no method is called.</summary>
    public static IReadOnlyList<(ITypeSymbol From, ITypeSymbol To)>? MethodResults(IDeconstructionAssignmentOperation deconstruction, SemanticModel? model)
    {
        DeconstructionInfo? info = deconstruction.Syntax switch
        {
            AssignmentExpressionSyntax assignment => model?.GetDeconstructionInfo(assignment),
            ForEachVariableStatementSyntax loop => model?.GetDeconstructionInfo(loop),
            _ => (deconstruction.Syntax.Parent as ForEachVariableStatementSyntax) is { } outer ? model?.GetDeconstructionInfo(outer) : null,
        };
        if (info is not { } root || deconstruction.Target.Type is not { } target)
            return null;

        var results = new List<(ITypeSymbol From, ITypeSymbol To)>();
        Collect(root, target, results);
        return results.Count == 0 ? null : results;
    }

    private static void Collect(DeconstructionInfo info, ITypeSymbol target, List<(ITypeSymbol From, ITypeSymbol To)> results)
    {
        if (target is not INamedTypeSymbol { IsTupleType: true } variables)
            return;

        // An extension method's first parameter is what it deconstructs.
        int first = info.Method is { IsExtensionMethod: true, ReducedFrom: null } ? 1 : 0;
        for (int index = 0; index < info.Nested.Length && index < variables.TupleElements.Length; index++)
        {
            ITypeSymbol variable = variables.TupleElements[index].Type;
            if (!info.Nested[index].Nested.IsEmpty)
                Collect(info.Nested[index], variable, results);
            else if (info.Method is { } method && first + index < method.Parameters.Length)
                results.Add((method.Parameters[first + index].Type, variable));
        }
    }
}
