using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Which conversions box, and which of them the compiler does without.</summary>
internal static class BoxFacts
{
    /// <summary>Whether a value is boxed to be of another type. A type parameter that is not known to be a class may stand for a value type.</summary>
    public static bool Boxes(ITypeSymbol from, ITypeSymbol to)
        => !from.IsReferenceType && from.TypeKind is not (TypeKind.Pointer or TypeKind.FunctionPointer or TypeKind.Error) && to.IsReferenceType;

    /// <summary>
    /// Whether a value is boxed to be asked for a type. Code for all the classes that a type parameter may stand for asks at run time, and
    /// asks an object: compilers leave out the box only where they know the type.
    /// </summary>
    public static bool BoxesToAsk(ITypeSymbol value, ITypeSymbol type)
        => !value.IsReferenceType && value.TypeKind is not (TypeKind.Pointer or TypeKind.FunctionPointer or TypeKind.Error)
            && type is { TypeKind: TypeKind.TypeParameter, IsValueType: false }
            && !SymbolEqualityComparer.Default.Equals(value, type);

    public static ITypeSymbol WithoutNullable(ITypeSymbol type)
        => type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    /// <summary>Where the tree has a boxing conversion and the compiler makes none.</summary>
    public static bool IsHarmless(IConversionOperation conversion)
        => IsNoValue(conversion) || conversion.Parent switch
        {
            // An operand of + on strings: ToString is called on the value.
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } => true,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } => true,

            // o is 5: the object is tested, not the constant boxed.
            IConstantPatternOperation or IRelationalPatternOperation => true,

            // GetEnumerator, MoveNext and Dispose of foreach and using are called on the value.
            IInvocationOperation { IsImplicit: true } call => call.Instance == conversion,
            IPropertyReferenceOperation { IsImplicit: true } property => property.Instance == conversion,
            _ => false,
        };

    /// <summary>Whether the box is made to be compared with null or opened again, and optimised compilers make none.</summary>
    public static bool IsOnlyTested(IConversionOperation conversion)
    {
        if (conversion is { Operand.Type: { } value, Type: { } type } && BoxesToAsk(value, type))
            return false;

        // To another type parameter, which takes the value out again.
        if (conversion.Type is { TypeKind: TypeKind.TypeParameter, IsValueType: true })
            return true;

        return conversion.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison => IsNull(comparison.LeftOperand) || IsNull(comparison.RightOperand),
            IConversionOperation { OperatorMethod: null, Type: { IsReferenceType: false } to } => !BoxesToAsk(conversion.Operand.Type!, to),
            IIsTypeOperation test => !BoxesToAsk(conversion.Operand.Type!, test.TypeOperand),
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: nameof(ReferenceEquals), ContainingType.SpecialType: SpecialType.System_Object } } call }
                => call.Arguments.Any(static argument => IsNull(argument.Value)),
            _ => false,
        };
    }

    /// <summary>A nullable value that is known to be null is the object null.</summary>
    private static bool IsNoValue(IConversionOperation conversion)
        => conversion.Operand.Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
            && (IsNull(conversion.Operand) || conversion.Operand switch
            {
                IDefaultValueOperation => true,
                IObjectCreationOperation { Arguments.IsEmpty: true } => true,
                IConversionOperation inner => IsNull(inner.Operand),
                _ => false,
            });

    private static bool IsNull(IOperation operand) => operand.ConstantValue is { HasValue: true, Value: null };
}
