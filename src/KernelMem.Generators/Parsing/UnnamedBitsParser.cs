using System.Collections.Generic;
using System.Threading;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads <c>[Reserved]</c>, <c>[Ignored]</c>, <c>[Software]</c> and <c>[FixedBit]</c>.</summary>
internal static class UnnamedBitsParser
{
    /// <summary>Null where the attribute is none of the four.</summary>
    public static UnnamedRole? RoleOf(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() switch
    {
        KnownNames.ReservedAttribute => UnnamedRole.Reserved,
        KnownNames.IgnoredAttribute => UnnamedRole.Ignored,
        KnownNames.SoftwareAttribute => UnnamedRole.Software,
        KnownNames.FixedBitAttribute => IsFixedAtOne(attribute) ? UnnamedRole.FixedOne : UnnamedRole.FixedZero,
        _ => null,
    };

    /// <summary>Null where the bits could not be understood.</summary>
    public static UnnamedBits? Parse(
        AttributeData attribute, UnnamedRole role, StorageType storage, List<LayoutError> errors, CancellationToken cancellation)
    {
        if (AttributeArguments.Range(attribute) is not { } range)
            return null;

        var bits = new UnnamedBits(range, role);
        if (range.IsWithin(storage.Width - 1))
            return bits;

        errors.Add(LayoutErrors.OutOfRange(bits.DescribedBits, range, storage.Width - 1, Locations.Of(attribute, cancellation)));
        return null;
    }

    private static bool IsFixedAtOne(AttributeData attribute)
        => attribute.ConstructorArguments.Length == 2 && attribute.ConstructorArguments[1].Value is true;
}
