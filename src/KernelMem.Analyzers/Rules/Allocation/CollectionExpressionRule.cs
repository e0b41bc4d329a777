using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1010: a collection expression that needs an array or another object.</summary>
internal sealed class CollectionExpressionRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.CollectionExpression;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.CollectionExpression];

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var collection = (ICollectionExpressionOperation)operation;
        if (collection.Parent is IArgumentOperation { ArgumentKind: ArgumentKind.ParamCollection })
            return;

        AllocationCost cost = CollectionCost.Of(collection);
        if (cost == AllocationCost.Always)
            body.Add(Descriptor, collection.Syntax.GetLocation(), SymbolNames.Of(collection.Type));
        else if (cost == AllocationCost.Unoptimised)
            UnoptimisedRule.AddData(body, collection, collection.Type);
    }
}
