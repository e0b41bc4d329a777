using System;

namespace KernelMem.Annotations;

/// <summary>The number is a virtual address that must be canonical: its upper bits are copies of the highest one that is translated.</summary>
/// <remarks>Read by the paging rules (KM4011): a constant that is not canonical is an error where it is passed.</remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CanonicalAddressAttribute : Attribute
{
    /// <summary>The address must be canonical for 48 bits.</summary>
    public CanonicalAddressAttribute()
        : this(48)
    {
    }

    /// <summary>The address must be canonical for <paramref name="bits"/> bits.</summary>
    /// <param name="bits">How many bits are translated: 48, or 57 with LA57.</param>
    public CanonicalAddressAttribute(int bits) => Bits = bits;

    /// <summary>How many bits are translated.</summary>
    public int Bits { get; }
}
