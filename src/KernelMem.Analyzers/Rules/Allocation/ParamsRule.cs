using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1009: arguments that the compiler gathers in an array or another object, because the parameter is <c>params</c>.</summary>
internal sealed class ParamsRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Params;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Argument];

    public override bool IsCandidate(IOperation operation)
        => ((IArgumentOperation)operation).ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection;

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var argument = (IArgumentOperation)operation;
        if (!IsCandidate(operation) || argument.Parent is not { } call)
            return;

        AllocationCost cost = CostOf(argument);
        if (cost == AllocationCost.Always)
            body.Add(Descriptor, call.Syntax.GetLocation(), SymbolNames.Of(argument.Value.Type), argument.Parameter?.Name ?? "params");
        else if (cost == AllocationCost.Unoptimised)
            UnoptimisedRule.AddData(body, call, argument.Value.Type);
    }

    /// <summary>Whether the compiler made the array for a params parameter.</summary>
    public static bool IsParamsArray(IArrayCreationOperation array) => array is { IsImplicit: true, Parent: IArgumentOperation { ArgumentKind: ArgumentKind.ParamArray } };

    private static AllocationCost CostOf(IArgumentOperation argument) => argument.Value switch
    {
        ICollectionExpressionOperation collection => CollectionCost.Of(collection),

        // No arguments are Array.Empty.
        IArrayCreationOperation { IsImplicit: true } array => array.DimensionSizes[0].ConstantValue is { HasValue: true, Value: 0 } ? AllocationCost.None : AllocationCost.Always,
        _ => AllocationCost.None,
    };
}
