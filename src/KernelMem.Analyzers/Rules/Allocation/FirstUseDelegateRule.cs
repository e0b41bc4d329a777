using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1007: a delegate that is made when the code runs first, and kept.</summary>
internal sealed class FirstUseDelegateRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.FirstUseDelegate;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.DelegateCreation];

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var creation = (IDelegateCreationOperation)operation;
        if (body.OriginOf(creation).Cost == DelegateCost.FirstUse)
            body.Add(Descriptor, FunctionHeads.Of(creation.Target.Syntax), SymbolNames.Of(creation.Type));
    }
}
