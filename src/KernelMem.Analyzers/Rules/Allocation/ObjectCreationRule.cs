using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1001: an object of a class.</summary>
internal sealed class ObjectCreationRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.ObjectCreation;

    public override ImmutableArray<OperationKind> Kinds { get; } =
        [OperationKind.ObjectCreation, OperationKind.AnonymousObjectCreation, OperationKind.TypeParameterObjectCreation];

    /// <summary>A type parameter that is not known to be a value type may stand for a class.</summary>
    public override bool IsCandidate(IOperation operation)
        => operation is ITypeParameterObjectCreationOperation ? operation.Type is { IsValueType: false } : operation.Type is { IsReferenceType: true };

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (IsCandidate(operation))
            body.Add(Descriptor, operation.Syntax.GetLocation(), SymbolNames.Of(operation.Type));
    }
}
