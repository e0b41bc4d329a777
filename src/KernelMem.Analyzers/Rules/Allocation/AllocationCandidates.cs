using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// A first look at a body: whether there is an operation in it that could allocate or throw, in a function that must not. It errs on the
/// side of yes; the rules decide.
/// </summary>
internal static class AllocationCandidates
{
    /// <param name="body">The body.</param>
    /// <param name="isBound">Whether its function must not allocate or throw.</param>
    /// <param name="isInnerBound">The same of a function inside.</param>
    public static bool Any(IOperation body, bool isBound, Func<IMethodSymbol, bool> isInnerBound)
    {
        foreach (IOperation child in body.ChildOperations)
        {
            // The delegate of an inner function is made outside of it.
            if (isBound && IsCandidate(child))
                return true;

            bool isChildBound = InnerFunction(child) is { } inner ? isInnerBound(inner) : isBound;
            if (Any(child, isChildBound, isInnerBound))
                return true;
        }

        return false;
    }

    private static IMethodSymbol? InnerFunction(IOperation operation) => operation switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        ILocalFunctionOperation local => local.Symbol,
        _ => null,
    };

    private static bool IsCandidate(IOperation operation) => operation switch
    {
        IConversionOperation conversion => conversion.Operand.Type is not { IsReferenceType: true } && (conversion.Type is not { IsValueType: true } || conversion.Type.IsTupleType),
        IObjectCreationOperation creation => creation.Type is not { IsValueType: true },
        IBinaryOperation binary => IsJoinable(binary.Type),
        ICompoundAssignmentOperation compound => IsJoinable(compound.Type),
        IInvocationOperation call => call.TargetMethod.ContainingType.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum,
        IArgumentOperation argument => argument.ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection,
        ISwitchExpressionOperation choice => !choice.IsExhaustive,
        _ => operation.Kind is OperationKind.AnonymousObjectCreation or OperationKind.TypeParameterObjectCreation or OperationKind.ArrayCreation
            or OperationKind.DelegateCreation or OperationKind.InterpolatedString or OperationKind.EventAssignment or OperationKind.MethodReference
            or OperationKind.Throw or OperationKind.Coalesce or OperationKind.CoalesceAssignment or OperationKind.DeclarationPattern or OperationKind.RecursivePattern
            or OperationKind.DeconstructionAssignment or OperationKind.Loop or OperationKind.Using or OperationKind.UsingDeclaration,
    };

    private static bool IsJoinable(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_String } or { TypeKind: TypeKind.Delegate };
}
