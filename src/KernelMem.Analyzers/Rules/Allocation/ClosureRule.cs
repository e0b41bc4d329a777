using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
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
            body.Report(Descriptor, FunctionHeads.Of(creation.Target.Syntax), string.Join(", ", origin.Captures.Select(static name => $"'{name}'")));
    }
}
