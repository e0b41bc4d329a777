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

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (IsObject(operation))
            body.Report(Descriptor, operation.Syntax.GetLocation(), SymbolNames.Of(operation.Type));
    }

    /// <summary>A type parameter that is not known to be a value type may stand for a class.</summary>
    private static bool IsObject(IOperation creation)
        => creation is ITypeParameterObjectCreationOperation ? creation.Type is { IsValueType: false } : creation.Type is { IsReferenceType: true };
}
