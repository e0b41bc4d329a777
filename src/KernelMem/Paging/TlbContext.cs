using System;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// An address space as the translation caches of the CPUs know it: which one it is, how often it was flushed, and where it is current.
/// <c>default</c> is that of a new space.
/// </summary>
/// <remarks>
/// It lies in memory that stays in place as long as the space lives: the owner of the space keeps it beside its other books, and passes its
/// address. A new space gets a new one, all zero, even in the same place. The kernel's own part needs none: it is <c>null</c>.
/// </remarks>
public struct TlbContext : IEquatable<TlbContext>
{
    /// <summary>The kernel's own root, which has no context.</summary>
    internal const ulong KernelIdentity = 1;

    /// <summary>Told apart from every other space that there was: 0 until it is first activated.</summary>
    internal ulong Identity;

    /// <summary>How many flushes of it were asked for.</summary>
    internal ulong Generation;

    /// <summary>The CPUs where it is current: those that flushes interrupt.</summary>
    internal CpuMask Active;

    /// <summary>How many CPUs it is current on, lazy ones included.</summary>
    public readonly int ActiveCpus => Active.Count;

    /// <summary>Whether both are the same space: not before it was activated.</summary>
    public static bool operator ==(in TlbContext left, in TlbContext right) => left.Identity == right.Identity;

    /// <summary>Whether they are different spaces.</summary>
    public static bool operator !=(in TlbContext left, in TlbContext right) => !(left == right);

    /// <inheritdoc/>
    public readonly bool Equals(TlbContext other) => this == other;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is TlbContext other && this == other;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => (int)Identity;

    /// <summary>Its identity, which it gets now if it has none.</summary>
    internal ulong Identify(ref ulong last)
    {
        ulong identity = Atomic.Load(in Identity);
        if (identity != 0)
            return identity;
        ulong fresh = Atomic.FetchAdd(ref last, 1UL) + 1;
        ulong found = Atomic.CompareExchange(ref Identity, 0UL, fresh);
        return found == 0 ? fresh : found;
    }
}
