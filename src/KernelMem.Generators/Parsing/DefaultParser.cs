using System;
using System.Globalization;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads a field's default: what it holds in the layout's initial word.</summary>
internal static class DefaultParser
{
    /// <summary>What is wrong with the default; null where it fits, and then the word has <paramref name="inPlace"/>.</summary>
    public static string? Parse(TypedConstant declared, ITypeSymbol fieldType, BitRange bits, FieldType type, out ulong? inPlace)
    {
        inPlace = null;
        if (declared.Kind == TypedConstantKind.Enum && !SymbolEqualityComparer.Default.Equals(declared.Type, fieldType))
            return "is a member of another enum";

        if (ToNumber(declared.Value) is not { } number)
            return "is neither an integer nor a member of the field's enum";

        bool isAddress = type.Kind is FieldKind.PhysicalAddress or FieldKind.Frame;
        if (number < 0 || number > (isAddress ? bits.Mask : bits.MaxValue))
            return string.Format(CultureInfo.InvariantCulture, "is {0}, which does not fit in {1}", number, bits);

        ulong value = (ulong)number;
        if (isAddress && (value & ~bits.Mask) != 0)
            return string.Format(CultureInfo.InvariantCulture, "has address bits outside {0}", bits);

        inPlace = isAddress ? value : value << bits.Low;
        return null;
    }

    private static decimal? ToNumber(object? constant) => constant switch
    {
        bool isSet => isSet ? 1 : 0,
        byte or sbyte or short or ushort or int or uint or long or ulong => Convert.ToDecimal(constant, CultureInfo.InvariantCulture),
        _ => null,
    };
}
