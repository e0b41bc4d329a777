using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>What a collection expression, or the arguments of a <c>params</c> collection, become.</summary>
internal static class CollectionCost
{
    private const string ImmutableArray = "System.Collections.Immutable.ImmutableArray<T>";

    public static AllocationCost Of(ICollectionExpressionOperation collection) => collection.Type switch
    {
        // Nothing is Array.Empty.
        IArrayTypeSymbol => OfNonEmpty(collection),
        INamedTypeSymbol span when ConstantData.IsSpan(span) => OfSpan(collection, span.TypeArguments[0], ConstantData.IsReadOnlySpan(span)),
        { TypeKind: TypeKind.Interface } view => CanBeFilled(view) ? AllocationCost.Always : OfNonEmpty(collection),
        { } array when string.Equals(array.OriginalDefinition.ToDisplayString(), ImmutableArray, StringComparison.Ordinal) => OfNonEmpty(collection),
        { IsValueType: true } or { TypeKind: TypeKind.Class } when collection.ConstructMethod is { MethodKind: MethodKind.Ordinary } builder => OfBuilder(collection, builder),
        { IsValueType: true } => AllocationCost.None,
        _ => AllocationCost.Always,
    };

    private static AllocationCost OfNonEmpty(ICollectionExpressionOperation collection)
        => collection.Elements.IsEmpty ? AllocationCost.None : AllocationCost.Always;

    /// <summary>A builder is given a span; what it makes of that is in its own code.</summary>
    private static AllocationCost OfBuilder(ICollectionExpressionOperation collection, IMethodSymbol builder)
        => builder.Parameters.LastOrDefault()?.Type is INamedTypeSymbol { TypeArguments.Length: 1 } span
            ? OfSpan(collection, span.TypeArguments[0], isReadOnly: true)
            : AllocationCost.None;

    /// <summary>Elements are gathered on the stack, unless only running the code tells how many there are.</summary>
    private static AllocationCost OfSpan(ICollectionExpressionOperation collection, ITypeSymbol element, bool isReadOnly)
    {
        if (collection.Elements.IsEmpty)
            return AllocationCost.None;

        if (collection.Elements.Any(static part => part is ISpreadOperation))
            return AllocationCost.Always;

        // What is not constant data is on the stack.
        return isReadOnly && ConstantData.CostOf(element, collection.Elements) == AllocationCost.Unoptimised ? AllocationCost.Unoptimised : AllocationCost.None;
    }

    private static bool CanBeFilled(ITypeSymbol type)
        => type.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IList_T or SpecialType.System_Collections_Generic_ICollection_T;
}
