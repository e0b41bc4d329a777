using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>When the objects that an expression asks for are allocated.</summary>
internal enum AllocationCost
{
    /// <summary>Never: there are none, or they are part of the image, or on the stack.</summary>
    None,

    /// <summary>Where the compiler from IL to machine code does not optimise.</summary>
    Unoptimised,

    /// <summary>Each time the code runs.</summary>
    Always,
}

/// <summary>Constants that are seen as a span: the compiler puts the data into the image, and the span points at it.</summary>
internal static class ConstantData
{
    private const string ReadOnlySpan = "System.ReadOnlySpan<T>";
    private const string Span = "System.Span<T>";

    /// <summary>When an array is allocated that may be converted to a <c>ReadOnlySpan</c> at once.</summary>
    public static AllocationCost CostOf(IArrayCreationOperation array)
    {
        if (array.Type is not IArrayTypeSymbol { Rank: 1 } type || ViewOf(array) is not { } view)
            return AllocationCost.Always;

        if (array.Initializer is not { } initializer)
            return AllocationCost.Always;

        if (initializer.ElementValues.IsEmpty)
            return view == View.Whole ? AllocationCost.None : AllocationCost.Always;

        AllocationCost cost = CostOf(type.ElementType, initializer.ElementValues);
        return view == View.Whole || cost == AllocationCost.None ? cost : AllocationCost.Always;
    }

    /// <summary>When data is allocated that is seen as a <c>ReadOnlySpan</c>: wide elements have a byte order, which a method looks at unless it is optimised away.</summary>
    public static AllocationCost CostOf(ITypeSymbol element, IEnumerable<IOperation> values)
    {
        if (SizeOf(element) is not { } size || !values.All(static value => value.ConstantValue.HasValue))
            return AllocationCost.Always;

        return size == 1 ? AllocationCost.None : AllocationCost.Unoptimised;
    }

    public static bool IsReadOnlySpan(ITypeSymbol? type) => IsOf(type, ReadOnlySpan);

    public static bool IsSpan(ITypeSymbol? type) => IsOf(type, Span) || IsReadOnlySpan(type);

    private static bool IsOf(ITypeSymbol? type, string name)
        => type is { IsRefLikeType: true } && string.Equals(type.OriginalDefinition.ToDisplayString(), name, StringComparison.Ordinal);

    private static View? ViewOf(IArrayCreationOperation array) => array.Parent switch
    {
        IConversionOperation conversion when IsReadOnlySpan(conversion.Type) => View.Whole,
        IArgumentOperation { Parent: IObjectCreationOperation creation } when IsReadOnlySpan(creation.Type) => ViewOf(creation),
        _ => null,
    };

    private static View? ViewOf(IObjectCreationOperation span)
        => span.Arguments.Length == 1 ? View.Whole
            : span.Arguments.Length == 3 && span.Arguments[1].Value.ConstantValue is { HasValue: true, Value: 0 } && span.Arguments[2].Value.ConstantValue.HasValue ? View.Start
            : null;

    /// <summary>The bytes of a primitive type; null for another.</summary>
    private static int? SizeOf(ITypeSymbol type)
        => (type is INamedTypeSymbol { TypeKind: TypeKind.Enum } named ? named.EnumUnderlyingType : type)?.SpecialType switch
        {
            SpecialType.System_Boolean or SpecialType.System_SByte or SpecialType.System_Byte => 1,
            SpecialType.System_Char or SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
            SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single => 4,
            SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double => 8,
            _ => null,
        };

    /// <summary>How much of the array a span shows.</summary>
    private enum View
    {
        Whole,

        /// <summary>A constant number of elements from the first on: the compiler knows that of bytes only.</summary>
        Start,
    }
}
