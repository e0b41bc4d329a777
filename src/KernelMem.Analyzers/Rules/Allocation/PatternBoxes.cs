using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Patterns that need their value as an object. To test a type alone, no box is kept.</summary>
internal static class PatternBoxes
{
    /// <summary>The type that the value is boxed as; null where it is not.</summary>
    public static ITypeSymbol? BoxedAs(IPatternOperation pattern) => pattern switch
    {
        ITypePatternOperation { MatchedType: { } matched } when BoxFacts.BoxesToAsk(pattern.InputType, matched) => matched,
        IDeclarationPatternOperation { MatchedType: { } matched } when BoxFacts.BoxesToAsk(pattern.InputType, matched) => matched,
        IRecursivePatternOperation { MatchedType: { } matched } when BoxFacts.BoxesToAsk(pattern.InputType, matched) => matched,
        IDeclarationPatternOperation { DeclaredSymbol: not null, MatchedType: { } matched } => IfBoxes(pattern.InputType, matched),
        IRecursivePatternOperation { MatchedType: { } matched } recursive when IsLookedAt(recursive) => IfBoxes(pattern.InputType, matched),

        // Of a type parameter: a text is compared with the object.
        IConstantPatternOperation { InputType.IsRefLikeType: false, Value: { Type: { } type, ConstantValue: { HasValue: true, Value: string } } } => IfBoxes(pattern.InputType, type),

        // T is I and P: the second pattern is given the object.
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And, LeftPattern: { } left, RightPattern: { } right } when IsLookedAt(right) => IfBoxes(left.InputType, left.NarrowedType),
        _ => null,
    };

    /// <summary>The type of a value that is boxed only to be tested; null where it is not.</summary>
    public static ITypeSymbol? TestedIn(IPatternOperation pattern) => pattern switch
    {
        _ when BoxedAs(pattern) is not null || IsLeftOfBox(pattern) => null,
        IDeclarationPatternOperation { MatchesNull: true } => null,

        // T is I and not null.
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And, LeftPattern: { } left } => BoxFacts.Boxes(left.InputType, left.NarrowedType) ? left.InputType : null,
        ITypePatternOperation typeTest => IfTested(pattern.InputType, typeTest.MatchedType),
        IDeclarationPatternOperation { MatchedType: { } matched } => IfTested(pattern.InputType, matched),
        IConstantPatternOperation or IRelationalPatternOperation => MayBeValue(pattern.InputType),
        IRecursivePatternOperation { MatchedType: { } matched } when IsSame(matched, pattern.InputType) && matched.IsValueType => null,
        IRecursivePatternOperation => MayBeValue(pattern.InputType),
        _ => null,
    };

    /// <summary>The type of a value that is boxed to be tested for another: unless the compiler of C# knows the answer.</summary>
    public static ITypeSymbol? IfTested(ITypeSymbol value, ITypeSymbol type)
        => !value.IsReferenceType && value.TypeKind != TypeKind.Pointer && IsOpen(value, type) ? value : MayBeValue(value);

    /// <summary>Whether only what a type parameter stands for decides.</summary>
    private static bool IsOpen(ITypeSymbol value, ITypeSymbol type)
        => (type.TypeKind == TypeKind.TypeParameter || BoxFacts.WithoutNullable(value).TypeKind == TypeKind.TypeParameter) && !IsSame(value, type);

    /// <summary>A type parameter that may stand for a value type, which only a box can be tested for.</summary>
    public static ITypeSymbol? MayBeValue(ITypeSymbol? type) => type is { TypeKind: TypeKind.TypeParameter, IsReferenceType: false } ? type : null;

    private static bool IsLeftOfBox(IPatternOperation pattern)
        => pattern.Parent is IBinaryPatternOperation outer && outer.LeftPattern == pattern && BoxedAs(outer) is not null;

    private static bool IsSame(ITypeSymbol left, ITypeSymbol right) => SymbolEqualityComparer.Default.Equals(left, right);

    private static ITypeSymbol? IfBoxes(ITypeSymbol from, ITypeSymbol to) => BoxFacts.Boxes(from, to) ? to : null;

    private static bool IsLookedAt(IPatternOperation pattern) => pattern switch
    {
        IRecursivePatternOperation recursive => recursive.DeclaredSymbol is not null || !recursive.PropertySubpatterns.IsEmpty || !recursive.DeconstructionSubpatterns.IsEmpty,
        IDeclarationPatternOperation declaration => declaration.DeclaredSymbol is not null,
        IListPatternOperation or IRelationalPatternOperation => true,
        INegatedPatternOperation negated => IsLookedAt(negated.Pattern),
        IBinaryPatternOperation binary => IsLookedAt(binary.LeftPattern) || IsLookedAt(binary.RightPattern),
        _ => false,
    };
}
