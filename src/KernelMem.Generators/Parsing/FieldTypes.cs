using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Decides whether a property's type can carry its field.</summary>
internal static class FieldTypes
{
    private const int MaxPhysicalAddressBit = 51;

    private static readonly Dictionary<string, int> s_pageShifts = new(StringComparer.Ordinal)
    {
        [KnownNames.Size4KiB] = 12,
        [KnownNames.Size2MiB] = 21,
        [KnownNames.Size1GiB] = 30,
    };

    /// <summary>Null, with an error, where it cannot.</summary>
    public static FieldType? Resolve(
        IPropertySymbol property, FieldPosition position, BitRange bits, List<LayoutError> errors, CancellationToken cancellation)
    {
        if (property.Type is IErrorTypeSymbol)
            return null; // The compiler says so.

        return position.Kind switch
        {
            PositionKind.Bit => ResolveFlag(property, errors),
            PositionKind.Bits => ResolveBits(property, bits, errors),
            _ => ResolveAddress(property, bits, Locations.Of(position.Attribute, cancellation), errors),
        };
    }

    private static FieldType? ResolveFlag(IPropertySymbol property, List<LayoutError> errors)
    {
        if (property.Type.SpecialType == SpecialType.System_Boolean)
            return new FieldType(FieldKind.Flag, 1);

        errors.Add(LayoutErrors.BadFieldType(property, "a [Bit] is a bool"));
        return null;
    }

    private static FieldType? ResolveBits(IPropertySymbol property, BitRange bits, List<LayoutError> errors)
    {
        ITypeSymbol? integer = property.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } named ? named.EnumUnderlyingType : property.Type;
        bool isEnum = property.Type.TypeKind == TypeKind.Enum;
        int? width = isEnum ? EnumWidth(integer) : StorageType.From(integer)?.Width;

        if (width is null)
        {
            string hint = FrameOrAddress(property.Type) ? "an address field is an [Address]" : "[Bits] are a byte, ushort, uint, ulong or an enum";
            errors.Add(LayoutErrors.BadFieldType(property, hint));
            return null;
        }

        if (width < bits.Width)
        {
            errors.Add(LayoutErrors.BadFieldType(property, string.Format(CultureInfo.InvariantCulture, "it is too narrow for {0} bits", bits.Width)));
            return null;
        }

        if (!isEnum)
            return new FieldType(FieldKind.Number, width.Value);

        return EnumParser.Parse(property, bits, errors) is { } model ? new FieldType(FieldKind.Enum, width.Value, model) : null;
    }

    private static FieldType? ResolveAddress(IPropertySymbol property, BitRange bits, Location? location, List<LayoutError> errors)
    {
        if (!FrameOrAddress(property.Type))
        {
            errors.Add(LayoutErrors.BadFieldType(property, "an [Address] is a PhysAddr, a Frame or a Frame<TSize>"));
            return null;
        }

        if (!bits.IsWithin(MaxPhysicalAddressBit))
        {
            errors.Add(LayoutErrors.OutOfRange($"'{property.Name}'", bits, MaxPhysicalAddressBit, location));
            return null;
        }

        if (IsPhysAddr(property.Type))
            return new FieldType(FieldKind.PhysicalAddress, MaxPhysicalAddressBit + 1);

        if (PageShift(property.Type) is not { } shift)
        {
            errors.Add(LayoutErrors.BadFieldType(property, "the generator does not know the size of its frames; use PhysAddr"));
            return null;
        }

        if (bits.Low != shift)
        {
            errors.Add(LayoutErrors.AddressNotAligned(property, bits.Low, shift, location));
            return null;
        }

        return new FieldType(FieldKind.Frame, MaxPhysicalAddressBit + 1);
    }

    private static int? EnumWidth(ITypeSymbol? underlying) => underlying?.SpecialType switch
    {
        SpecialType.System_SByte => 7,
        SpecialType.System_Int16 => 15,
        SpecialType.System_Int32 => 31,
        SpecialType.System_Int64 => 63,
        _ => StorageType.From(underlying)?.Width,
    };

    private static bool FrameOrAddress(ITypeSymbol type) => IsPhysAddr(type) || IsFrame(type);

    private static bool IsPhysAddr(ITypeSymbol type) => Is(type, KnownNames.PhysAddr);

    private static bool IsFrame(ITypeSymbol type) => Is(type, KnownNames.Frame) || Is(type.OriginalDefinition, KnownNames.FrameOfSize);

    private static int? PageShift(ITypeSymbol frame)
    {
        var type = (INamedTypeSymbol)frame;
        string size = type.IsGenericType ? type.TypeArguments[0].ToDisplayString() : KnownNames.Size4KiB;
        return s_pageShifts.TryGetValue(size, out int shift) ? shift : null;
    }

    private static bool Is(ITypeSymbol type, string name) => string.Equals(type.ToDisplayString(), name, StringComparison.Ordinal);
}
