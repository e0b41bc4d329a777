using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1003: a value becomes an object: by a conversion, in a tuple, in a pattern or in a deconstruction.</summary>
internal sealed class BoxingRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Boxing;

    public override ImmutableArray<OperationKind> Kinds { get; } =
        [OperationKind.Conversion, OperationKind.DeclarationPattern, OperationKind.RecursivePattern, OperationKind.DeconstructionAssignment];

    public override bool IsCandidate(IOperation operation)
        => operation is not IConversionOperation conversion
            || (conversion.Operand.Type is not { IsReferenceType: true } && (conversion.Type is not { IsValueType: true } || conversion.Type.IsTupleType));

    public override void Visit(IOperation operation, FunctionBody body)
    {
        switch (operation)
        {
            case IConversionOperation conversion:
                VisitConversion(conversion, body);
                break;

            case IDeclarationPatternOperation { DeclaredSymbol: not null, MatchedType: { } matched } pattern when Boxes(pattern.InputType, matched):
                Report(pattern, pattern.InputType, matched, body);
                break;

            case IRecursivePatternOperation { MatchedType: { } matched } pattern when IsLookedAt(pattern) && Boxes(pattern.InputType, matched):
                Report(pattern, pattern.InputType, matched, body);
                break;

            case IDeconstructionAssignmentOperation { Value.Type: INamedTypeSymbol { IsTupleType: true } value, Target: { Type: { } target } }:
                ReportElements(operation, value, target, body);
                break;
        }
    }

    /// <summary>A type alone is tested without a box.</summary>
    private static bool IsLookedAt(IRecursivePatternOperation pattern)
        => pattern.DeclaredSymbol is not null || !pattern.PropertySubpatterns.IsEmpty || !pattern.DeconstructionSubpatterns.IsEmpty;

    private void VisitConversion(IConversionOperation conversion, FunctionBody body)
    {
        if (conversion.OperatorMethod is not null || conversion.Operand.Type is not { } from || conversion.Type is not { } to || IsHarmless(conversion))
            return;

        if (conversion.GetConversion().IsBoxing || (from.TypeKind == TypeKind.TypeParameter && Boxes(from, to)))
            Report(conversion, from, to, body);
        else if (conversion.Operand is not ITupleOperation)
            ReportElements(conversion, from, to, body);
    }

    /// <summary>A tuple is converted element by element, without a conversion of its own for each.</summary>
    private void ReportElements(IOperation operation, ITypeSymbol from, ITypeSymbol to, FunctionBody body)
    {
        if (from is not INamedTypeSymbol { IsTupleType: true } source || to is not INamedTypeSymbol { IsTupleType: true } target)
            return;

        for (int index = 0; index < source.TupleElements.Length && index < target.TupleElements.Length; index++)
        {
            (ITypeSymbol element, ITypeSymbol converted) = (source.TupleElements[index].Type, target.TupleElements[index].Type);
            if (Boxes(element, converted))
                Report(operation, element, converted, body);
            else
                ReportElements(operation, element, converted, body);
        }
    }

    private void Report(IOperation operation, ITypeSymbol from, ITypeSymbol to, FunctionBody body)
        => body.Report(Descriptor, operation.Syntax.GetLocation(), SymbolNames.Of(from), SymbolNames.Of(to));

    /// <summary>A type parameter that is not known to be a class may stand for a value type.</summary>
    private static bool Boxes(ITypeSymbol from, ITypeSymbol to)
        => !from.IsReferenceType && from.TypeKind is not (TypeKind.Pointer or TypeKind.FunctionPointer or TypeKind.Error) && to.IsReferenceType;

    /// <summary>Where the tree has a boxing conversion and the compiler makes none.</summary>
    private static bool IsHarmless(IConversionOperation conversion) => conversion.Parent switch
    {
        // An operand of + on strings: ToString is called on the value.
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } => true,
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } => true,

        // t == null: optimised compilers compare nothing.
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison => IsNull(comparison.LeftOperand) || IsNull(comparison.RightOperand),

        // o is 5: the object is tested, not the constant boxed.
        IConstantPatternOperation or IRelationalPatternOperation => true,

        // GetEnumerator, MoveNext and Dispose of foreach and using are called on the value.
        IInvocationOperation { IsImplicit: true } call => call.Instance == conversion,
        IPropertyReferenceOperation { IsImplicit: true } property => property.Instance == conversion,
        _ => false,
    };

    private static bool IsNull(IOperation operand) => operand.ConstantValue is { HasValue: true, Value: null };
}
