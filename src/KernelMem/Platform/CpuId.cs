using System;
using System.Diagnostics;

namespace KernelMem.Platform;

/// <summary>The number of a CPU: 0 to <see cref="IPlatform.CpuCount"/> − 1, without gaps. (It is no APIC id.)</summary>
[DebuggerDisplay("CPU {Value}")]
public readonly struct CpuId : IEquatable<CpuId>
{
    /// <summary>The CPU with a number.</summary>
    public CpuId(int value) => Value = value;

    /// <summary>The number.</summary>
    public int Value { get; }

    /// <summary>Whether both are the same CPU.</summary>
    public static bool operator ==(CpuId left, CpuId right) => left.Value == right.Value;

    /// <summary>Whether they are different CPUs.</summary>
    public static bool operator !=(CpuId left, CpuId right) => left.Value != right.Value;

    /// <inheritdoc/>
    public bool Equals(CpuId other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CpuId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value;
}
