using System;

namespace KernelMem.Annotations;

/// <summary>
/// The address or number is a multiple of <see cref="Bytes"/>; of a struct, every place it is kept at. Whoever supplies it must
/// show that it is; whoever receives it may rely on it.
/// </summary>
/// <remarks>
/// Read by the alignment rules (KM2001–KM2004, KM2009, KM2012).
/// </remarks>
/// <example><code>void Map([Aligned(4096)] ulong address);
/// void Map&lt;TSize&gt;([Aligned(nameof(TSize))] VirtAddr start);</code></example>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue | AttributeTargets.Field | AttributeTargets.Property |
    AttributeTargets.Struct)]
public sealed class AlignedAttribute : Attribute
{
    /// <summary>Declares an alignment.</summary>
    /// <param name="bytes">A power of two (KM2003).</param>
    public AlignedAttribute([PowerOfTwo] ulong bytes) => Bytes = bytes;

    /// <summary>Declares an alignment that a type argument decides.</summary>
    /// <param name="typeParameter">
    /// The name of a type parameter of the member or of a type around it. The alignment is the one that
    /// <see cref="AlignmentUnitAttribute"/> gives to the type argument.
    /// </param>
    public AlignedAttribute(string typeParameter) => TypeParameter = typeParameter;

    /// <summary>The alignment in bytes: a power of two; 0 where a type argument decides it.</summary>
    public ulong Bytes { get; }

    /// <summary>The type parameter that decides the alignment, or null.</summary>
    public string? TypeParameter { get; }
}
