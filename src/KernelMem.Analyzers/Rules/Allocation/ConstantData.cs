using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Arrays of constants that exist in source only: the compiler puts the data into the image, and a span points at it.</summary>
internal static class ConstantData
{
    private const string Span = "System.ReadOnlySpan<T>";

    /// <summary>Whether the array is converted to a <c>ReadOnlySpan</c> at once and all its elements are constants of a primitive type.</summary>
    public static bool IsSeenAsSpan(IArrayCreationOperation array)
        => array.Type is IArrayTypeSymbol { Rank: 1 } type
            && IsPrimitive(type.ElementType)
            && (HasConstantElements(array) || IsEmpty(array))
            && IsUnderSpan(array);

    private static bool HasConstantElements(IArrayCreationOperation array)
        => array.Initializer is { } initializer && initializer.ElementValues.All(static value => value.ConstantValue.HasValue);

    private static bool IsEmpty(IArrayCreationOperation array) => array.DimensionSizes[0].ConstantValue is { HasValue: true, Value: 0 };

    private static bool IsUnderSpan(IArrayCreationOperation array) => array.Parent switch
    {
        IConversionOperation conversion => IsSpan(conversion.Type),
        IArgumentOperation { Parent: IObjectCreationOperation { Arguments.Length: 1 } creation } => IsSpan(creation.Type),
        _ => false,
    };

    private static bool IsSpan(ITypeSymbol? type)
        => string.Equals(type?.OriginalDefinition.ToDisplayString(), Span, StringComparison.Ordinal);

    private static bool IsPrimitive(ITypeSymbol type)
        => (type is INamedTypeSymbol { TypeKind: TypeKind.Enum } named ? named.EnumUnderlyingType : type)?.SpecialType
            is >= SpecialType.System_Boolean and <= SpecialType.System_UInt64 or SpecialType.System_Single or SpecialType.System_Double;
}
