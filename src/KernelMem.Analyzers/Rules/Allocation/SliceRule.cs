using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1011: a range of a string or an array, which is a copy; by <c>[1..]</c>, or in a list pattern that looks at it.</summary>
internal sealed class SliceRule : AllocationRule
{
    private const string Range = "System.Range";

    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Slice;

    public override ImmutableArray<OperationKind> Kinds { get; } =
        [OperationKind.ImplicitIndexerReference, OperationKind.ArrayElementReference, OperationKind.SlicePattern];

    public override bool IsCandidate(IOperation operation) => Sliced(operation) is not null;

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (Sliced(operation) is { } type)
            body.Add(Descriptor, operation.Syntax.GetLocation(), SymbolNames.Of(type));
    }

    private static ITypeSymbol? Sliced(IOperation operation) => operation switch
    {
        // Of other types, the range calls a method of theirs.
        IImplicitIndexerReferenceOperation { IndexerSymbol: IMethodSymbol { ContainingType: { SpecialType: SpecialType.System_String } text } } => text,
        IArrayElementReferenceOperation { Indices.Length: 1 } element when element.Indices[0].Type is { } index && IsRange(index) => element.ArrayReference.Type,
        ISlicePatternOperation { Pattern: { } inner, InputType: { } type } when IsLookedAt(inner) && (type is IArrayTypeSymbol || type.SpecialType == SpecialType.System_String) => type,
        _ => null,
    };

    private static bool IsRange(ITypeSymbol type) => string.Equals(type.ToDisplayString(), Range, StringComparison.Ordinal);

    private static bool IsLookedAt(IPatternOperation pattern)
        => pattern is not (IDiscardPatternOperation or IDeclarationPatternOperation { DeclaredSymbol: null, MatchesNull: true });
}
