using System;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>How often, and how, CPUs were made to drop translations; the sum over all CPUs.</summary>
public readonly struct FlushStatistics : IEquatable<FlushStatistics>
{
    internal FlushStatistics(ulong requests, ulong pages, ulong everything, ulong shootdowns)
    {
        Requests = requests;
        Pages = pages;
        Everything = everything;
        Shootdowns = shootdowns;
    }

    /// <summary>Flushes asked for, each for one page or many.</summary>
    public ulong Requests { get; }

    /// <summary>Single pages that a CPU dropped (INVLPG).</summary>
    public ulong Pages { get; }

    /// <summary>Times that a CPU dropped all it remembered.</summary>
    public ulong Everything { get; }

    /// <summary>Interrupts sent to other CPUs.</summary>
    public ulong Shootdowns { get; }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(FlushStatistics left, FlushStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(FlushStatistics left, FlushStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(FlushStatistics other) =>
        Requests == other.Requests
        && Pages == other.Pages
        && Everything == other.Everything
        && Shootdowns == other.Shootdowns;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlushStatistics other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => AddressHash.Of(Requests, Pages);
}
