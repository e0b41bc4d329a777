using System;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>How often, and how, CPUs were made to drop translations; the sum over all CPUs.</summary>
public readonly struct FlushStatistics : IEquatable<FlushStatistics>
{
    internal FlushStatistics(
        ulong requests, ulong pages, ulong everything, ulong shootdowns, ulong contexts = 0, ulong deferred = 0, ulong skipped = 0)
    {
        Requests = requests;
        Pages = pages;
        Everything = everything;
        Shootdowns = shootdowns;
        Contexts = contexts;
        Deferred = deferred;
        Skipped = skipped;
    }

    /// <summary>Flushes asked for, each for one page or many.</summary>
    public ulong Requests { get; }

    /// <summary>Single pages that a CPU dropped (INVLPG).</summary>
    public ulong Pages { get; }

    /// <summary>Times that a CPU dropped all it remembered of one address space.</summary>
    public ulong Contexts { get; }

    /// <summary>Times that a CPU dropped all it remembered, the kernel's part included.</summary>
    public ulong Everything { get; }

    /// <summary>Interrupts sent to other CPUs.</summary>
    public ulong Shootdowns { get; }

    /// <summary>Times that a CPU caught up when a space became current again, or when it was lazy no more.</summary>
    public ulong Deferred { get; }

    /// <summary>Interrupts that were not sent, because the CPU was lazy.</summary>
    public ulong Skipped { get; }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(FlushStatistics left, FlushStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(FlushStatistics left, FlushStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(FlushStatistics other) =>
        Requests == other.Requests
        && Pages == other.Pages
        && Contexts == other.Contexts
        && Everything == other.Everything
        && Shootdowns == other.Shootdowns
        && Deferred == other.Deferred
        && Skipped == other.Skipped;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlushStatistics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(Requests, Pages);
}
