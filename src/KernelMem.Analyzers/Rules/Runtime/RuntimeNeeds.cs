using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Runtime;

/// <summary>What an operation needs a runtime for, though it allocates nothing and throws nothing.</summary>
internal static class RuntimeNeeds
{
    /// <summary>The operations that can.</summary>
    public static ImmutableArray<OperationKind> Kinds { get; } =
    [
        OperationKind.CatchClause, OperationKind.Conversion, OperationKind.IsType, OperationKind.TypePattern, OperationKind.DeclarationPattern,
        OperationKind.RecursivePattern, OperationKind.TypeOf, OperationKind.Lock, OperationKind.FieldReference,
        OperationKind.Invocation, OperationKind.SimpleAssignment,
    ];

    /// <summary>What the message says of it; null if it needs none.</summary>
    public static string? Of(IOperation operation, Compilation compilation) => operation switch
    {
        ICatchClauseOperation => "catches exceptions, and nothing unwinds to the handler",
        IConversionOperation conversion => OfConversion(conversion),
        IIsTypeOperation { ValueOperand.Type: { } value } test => OfTest(value, test.TypeOperand, compilation),
        ITypePatternOperation pattern => OfTest(pattern.InputType, pattern.MatchedType, compilation),
        IDeclarationPatternOperation { MatchedType: { } matched } pattern => OfTest(pattern.InputType, matched, compilation),
        IRecursivePatternOperation pattern => OfTest(pattern.InputType, pattern.MatchedType, compilation),
        ITypeOfOperation type when !IsCompared(type) => $"uses '{SymbolNames.Of(type.TypeOperand)}' as an object, by reflection",
        ILockOperation => "locks with the threads of a runtime",
        IFieldReferenceOperation { Field: { } field } when IsOfThread(field) => $"uses '{field.Name}', of which each thread of a runtime has its own",
        IInvocationOperation { IsVirtual: true, TargetMethod: { IsGenericMethod: true } method, Instance.Type.TypeKind: not TypeKind.TypeParameter }
            => $"looks up the generic member '{SymbolNames.Of(method)}' at run time",
        ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation { Type.IsReferenceType: true } element, Value: { } value } when !IsNull(value)
            => $"stores into an array of '{SymbolNames.Of(element.Type)}', whose class is asked first",
        _ => null,
    };

    private static string? OfConversion(IConversionOperation conversion)
    {
        if (conversion is not { OperatorMethod: null, Type: { } type, Operand.Type: { } } || IsNull(conversion.Operand))
            return null;

        Conversion kind = conversion.GetConversion();
        return kind.IsUnboxing ? $"takes '{SymbolNames.Of(type)}' out of a box"
            : kind is { IsReference: true, IsExplicit: true } && !(conversion.IsTryCast && IsOneClass(type)) ? $"asks an object whether it is '{SymbolNames.Of(type)}'"
            : null;
    }

    /// <summary>What is known of an object already is not asked, and one class is compared on the spot.</summary>
    private static string? OfTest(ITypeSymbol value, ITypeSymbol type, Compilation compilation)
        => value.IsReferenceType && !IsOneClass(type) && !compilation.HasImplicitConversion(value, type) ? $"asks an object whether it is '{SymbolNames.Of(type)}'" : null;

    private static bool IsOneClass(ITypeSymbol type) => type is { TypeKind: not TypeKind.TypeParameter } and ({ IsValueType: true } or { IsSealed: true });

    /// <summary>Compilers compare types by themselves.</summary>
    private static bool IsCompared(ITypeOfOperation type)
        => type.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
            && comparison is { LeftOperand: ITypeOfOperation, RightOperand: ITypeOfOperation };

    private static bool IsOfThread(IFieldSymbol field)
        => field.IsStatic && field.GetAttributes().Any(static mark => mark.AttributeClass is { Name: "ThreadStaticAttribute", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } });

    private static bool IsNull(IOperation value) => value.ConstantValue is { HasValue: true, Value: null };
}
