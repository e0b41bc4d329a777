using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1006: a delegate that is made each time the code runs, or two that are joined.</summary>
internal sealed class DelegateRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Delegate;

    public override ImmutableArray<OperationKind> Kinds { get; } =
        [OperationKind.DelegateCreation, OperationKind.EventAssignment, OperationKind.Binary, OperationKind.CompoundAssignment];

    public override bool IsCandidate(IOperation operation)
        => operation is not (IBinaryOperation or ICompoundAssignmentOperation) || operation.Type is { TypeKind: TypeKind.Delegate };

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (MakesDelegate(operation, body) is { } type)
            body.Add(Descriptor, PlaceOf(operation), SymbolNames.Of(type));
    }

    /// <summary>Of a lambda its head, which may have a long body.</summary>
    private static Location PlaceOf(IOperation operation)
        => operation is IDelegateCreationOperation { IsImplicit: true, Target: IFlowAnonymousFunctionOperation lambda } ? FunctionHeads.Of(lambda.Syntax) : operation.Syntax.GetLocation();

    private static ITypeSymbol? MakesDelegate(IOperation operation, FunctionBody body) => operation switch
    {
        IDelegateCreationOperation creation => body.OriginOf(creation).Cost == DelegateCost.Always ? creation.Type : null,

        // An event without accessors of its own joins delegates.
        IEventAssignmentOperation { EventReference: IEventReferenceOperation { Event: { } @event } } => IsFieldLike(@event) ? @event.Type : null,
        IBinaryOperation { OperatorMethod: null, Type: { TypeKind: TypeKind.Delegate } joined } => joined,
        ICompoundAssignmentOperation { OperatorMethod: null, Value.Type: not IDynamicTypeSymbol, Type: { TypeKind: TypeKind.Delegate } joined } => joined,
        _ => null,
    };

    /// <summary>What a partial event, or one that has no code here, does is in its accessors.</summary>
    private static bool IsFieldLike(IEventSymbol @event)
        => @event is { IsAbstract: false, IsExtern: false, IsPartialDefinition: false, PartialDefinitionPart: null, PartialImplementationPart: null, AddMethod: null or { IsImplicitlyDeclared: true } };
}
