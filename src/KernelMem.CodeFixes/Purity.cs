using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes;

/// <summary>What can be left out, or evaluated at another time, and nobody notices.</summary>
internal static class Purity
{
    /// <summary>Whether an expression only looks at variables and constants. To make an exception is nothing that one would notice.</summary>
    public static bool HasNoEffect(ExpressionSyntax expression, FixPlace place)
        => place.Model.GetOperation(expression, place.Cancellation) is { } operation && operation.DescendantsAndSelf().All(IsPure);

    private static bool IsPure(IOperation operation) => operation switch
    {
        { ConstantValue.HasValue: true } => true,
        IFieldReferenceOperation { Field: { } field } => !field.IsStatic || field.ContainingType.StaticConstructors.All(static constructor => constructor.IsImplicitlyDeclared),
        IBinaryOperation binary => binary.OperatorMethod is null && IsPlain(binary.LeftOperand) && IsPlain(binary.RightOperand),
        IUnaryOperation unary => unary.OperatorMethod is null,
        IConversionOperation conversion => conversion.OperatorMethod is null,
        IInterpolationOperation hole => IsPlain(hole.Expression),
        IObjectCreationOperation creation => creation.Initializer is null && IsException(creation.Type) && IsEmpty(creation.Constructor),
        ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation or INameOfOperation or ITypeOfOperation or ISizeOfOperation => true,
        IDefaultValueOperation or IConditionalOperation or ITupleOperation or IArgumentOperation or IInterpolatedStringOperation or IInterpolatedStringTextOperation => true,
        _ => false,
    };

    /// <summary>To join others to a text is to call them.</summary>
    private static bool IsPlain(IOperation operand)
    {
        while (operand is IConversionOperation { IsImplicit: true } conversion)
        {
            operand = conversion.Operand;
        }

        return operand.Type is null or { SpecialType: not (SpecialType.None or SpecialType.System_Object) } or { TypeKind: TypeKind.Enum or TypeKind.Pointer };
    }

    private static bool IsException(ITypeSymbol? type)
    {
        while (type is not null && !(type is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }))
        {
            type = type.BaseType;
        }

        return type is not null;
    }

    private static bool IsEmpty(IMethodSymbol? constructor)
        => constructor is not null && constructor.DeclaringSyntaxReferences.All(static reference =>
            reference.GetSyntax() is TypeDeclarationSyntax or ConstructorDeclarationSyntax { Body.Statements.Count: 0 });
}
