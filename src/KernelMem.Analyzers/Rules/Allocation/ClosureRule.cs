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
        if (DelegateOrigins.CostOf(creation, body, out ImmutableArray<string> captures) == DelegateCost.Closure)
            body.Report(Descriptor, FunctionHeads.Of(creation.Target.Syntax), string.Join(", ", captures.Select(static name => $"'{name}'")));
    }
}
