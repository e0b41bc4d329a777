using System;

namespace KernelMem.Annotations;

/// <summary>
/// The type stands for a size in type arguments: where <see cref="AlignedAttribute"/> names a type parameter and this type is the
/// argument, the alignment is <see cref="Bytes"/>.
/// </summary>
/// <remarks>Read by the alignment rules (KM2002).</remarks>
/// <example><code>[AlignmentUnit(0x20_0000)] public readonly struct Size2MiB : IPageSize;</code></example>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class AlignmentUnitAttribute : Attribute
{
    /// <summary>Declares the size that the type stands for.</summary>
    /// <param name="bytes">A power of two (KM2003).</param>
    public AlignmentUnitAttribute([PowerOfTwo] ulong bytes) => Bytes = bytes;

    /// <summary>The size in bytes: a power of two.</summary>
    public ulong Bytes { get; }
}
