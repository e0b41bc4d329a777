using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1002: an array, but for constants seen as a span, which are part of the image.</summary>
internal sealed class ArrayCreationRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.ArrayCreation;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.ArrayCreation];

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var array = (IArrayCreationOperation)operation;
        if (ParamsRule.IsParamsArray(array) || array.Type is not IArrayTypeSymbol type)
            return;

        AllocationCost cost = ConstantData.CostOf(array);
        if (cost == AllocationCost.Always)
            body.Add(Descriptor, array.Syntax.GetLocation(), SymbolNames.Of(type.ElementType));
        else if (cost == AllocationCost.Unoptimised)
            UnoptimisedRule.AddData(body, array, type);
    }
}
