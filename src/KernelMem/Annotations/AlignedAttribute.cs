using System;

namespace KernelMem.Annotations;

/// <summary>
/// The address or number is a multiple of <see cref="Bytes"/>; of a struct, every place it is kept at. Whoever supplies it must
/// show that it is; whoever receives it may rely on it.
/// </summary>
/// <remarks>
/// Read by the alignment rules (KM2001–KM2004, KM2009, KM2012).
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue | AttributeTargets.Field | AttributeTargets.Property |
    AttributeTargets.Struct)]
public sealed class AlignedAttribute : Attribute
{
    /// <summary>Declares an alignment.</summary>
    /// <param name="bytes">A power of two (KM2003).</param>
    public AlignedAttribute(ulong bytes) => Bytes = bytes;

    /// <summary>The alignment in bytes: a power of two.</summary>
    public ulong Bytes { get; }
}
