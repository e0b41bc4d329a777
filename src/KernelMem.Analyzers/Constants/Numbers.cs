using System.Globalization;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Constants;

/// <summary>Constants of the compiler as 64 bits.</summary>
internal static class Numbers
{
    /// <summary>The bits of an integer, character or enum constant, sign-extended; null for anything else.</summary>
    public static ulong? Of(Optional<object?> constant) => constant.HasValue ? Of(constant.Value) : null;

    /// <inheritdoc cref="Of(Optional{object})"/>
    public static ulong? Of(object? constant) => constant switch
    {
        ulong number => number,
        long number => unchecked((ulong)number),
        uint number => number,
        int number => unchecked((ulong)number),
        ushort number => number,
        short number => unchecked((ulong)number),
        byte number => number,
        sbyte number => unchecked((ulong)number),
        char character => character,
        _ => null,
    };

    /// <summary>What is left of a number in a type: an integer type cuts it off, any other keeps it.</summary>
    public static ulong InType(ulong number, ITypeSymbol? type) => unchecked((type as INamedTypeSymbol)?.EnumUnderlyingType?.SpecialType ?? type?.SpecialType) switch
    {
        SpecialType.System_Byte => (byte)number,
        SpecialType.System_SByte => (ulong)(sbyte)number,
        SpecialType.System_UInt16 or SpecialType.System_Char => (ushort)number,
        SpecialType.System_Int16 => (ulong)(short)number,
        SpecialType.System_UInt32 => (uint)number,
        SpecialType.System_Int32 => (ulong)(int)number,
        _ => number,
    };

    /// <summary>A number as messages show it.</summary>
    public static string Hex(ulong number) => "0x" + number.ToString("X", CultureInfo.InvariantCulture);

    public static bool IsPowerOfTwo(ulong number) => number != 0 && (number & (number - 1)) == 0;
}
