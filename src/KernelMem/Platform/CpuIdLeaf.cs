using System;

namespace KernelMem.Platform;

/// <summary>What CPUID answers for a leaf (Intel SDM Vol. 2A, CPUID). A leaf that the processor does not have may be anything.</summary>
public readonly struct CpuIdLeaf : IEquatable<CpuIdLeaf>
{
    /// <summary>The answer with these registers.</summary>
    public CpuIdLeaf(uint eax, uint ebx, uint ecx, uint edx)
    {
        Eax = eax;
        Ebx = ebx;
        Ecx = ecx;
        Edx = edx;
    }

    /// <summary>EAX.</summary>
    public uint Eax { get; }

    /// <summary>EBX.</summary>
    public uint Ebx { get; }

    /// <summary>ECX.</summary>
    public uint Ecx { get; }

    /// <summary>EDX.</summary>
    public uint Edx { get; }

    /// <summary>Whether both are the same in all registers.</summary>
    public static bool operator ==(CpuIdLeaf left, CpuIdLeaf right) => left.Equals(right);

    /// <summary>Whether any register differs.</summary>
    public static bool operator !=(CpuIdLeaf left, CpuIdLeaf right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(CpuIdLeaf other) => Eax == other.Eax && Ebx == other.Ebx && Ecx == other.Ecx && Edx == other.Edx;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CpuIdLeaf other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Eax ^ Ebx ^ Ecx ^ Edx);
}
