using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1015: what only a library can run, with many objects: queries, dynamic operations, lambdas that become expression trees.</summary>
internal sealed class LibraryObjectsRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.LibraryObjects;

    public override ImmutableArray<OperationKind> Kinds { get; } =
    [
        OperationKind.TranslatedQuery, OperationKind.FlowAnonymousFunction, OperationKind.Conversion,
        OperationKind.DynamicInvocation, OperationKind.DynamicMemberReference, OperationKind.DynamicIndexerAccess, OperationKind.DynamicObjectCreation,
        OperationKind.Unary, OperationKind.Binary, OperationKind.CompoundAssignment, OperationKind.Increment, OperationKind.Decrement, OperationKind.Await,
    ];

    public override bool IsCandidate(IOperation operation) => operation switch
    {
        IConversionOperation conversion => conversion.Operand.Type is IDynamicTypeSymbol || ExpressionTrees.IsTree(conversion.Type),
        IUnaryOperation or IBinaryOperation or ICompoundAssignmentOperation or IIncrementOrDecrementOperation or IAwaitOperation => IsDynamic(operation),
        _ => true,
    };

    public override void Visit(IOperation operation, FunctionBody body)
    {
        switch (operation)
        {
            case ITranslatedQueryOperation query when CallsLibrary(query):
                body.Add(Descriptor, query.Syntax.GetLocation(), "runs a query");
                break;

            case IFlowAnonymousFunctionOperation lambda when ExpressionTrees.IsDescribed(lambda):
                body.Add(Descriptor, FunctionHeads.Of(lambda.Syntax), "makes an expression tree");
                break;

            // A call's name is reported with the call.
            case IDynamicMemberReferenceOperation { Parent: IDynamicInvocationOperation }:
                break;

            case IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation or IDynamicObjectCreationOperation:
            case IConversionOperation conversion when conversion.GetConversion().IsDynamic:
            case IUnaryOperation or IBinaryOperation or ICompoundAssignmentOperation or IIncrementOrDecrementOperation or IAwaitOperation when IsDynamic(operation):
                body.Add(Descriptor, operation.Syntax.GetLocation(), "binds a dynamic operation at run time");
                break;
        }
    }

    /// <summary>A query pattern of the compilation's own is judged by its methods.</summary>
    private static bool CallsLibrary(ITranslatedQueryOperation query)
        => query.Descendants().OfType<IInvocationOperation>().Any(static call => call.IsImplicit && call.TargetMethod.DeclaringSyntaxReferences.IsEmpty);

    private static bool IsDynamic(IOperation operation)
        => operation.Type is IDynamicTypeSymbol || operation.ChildOperations.Any(static operand => operand.Type is IDynamicTypeSymbol);
}
