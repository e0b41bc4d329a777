using System;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>What a <see cref="PageMapper{TPlatform}"/> has mapped, and what it did. What was adopted from someone else is not counted.</summary>
public struct MapperStatistics : IEquatable<MapperStatistics>
{
    /// <summary>Page tables of all levels, in frames, the root included.</summary>
    public ulong Tables { readonly get; internal set; }

    /// <summary>Mapped pages of 4 KiB.</summary>
    public ulong SmallPages { readonly get; internal set; }

    /// <summary>Mapped pages of 2 MiB and more.</summary>
    public ulong LargePages { readonly get; internal set; }

    /// <summary>Mapped memory, in bytes.</summary>
    public ulong MappedBytes { readonly get; internal set; }

    /// <summary>Pages mapped so far.</summary>
    public ulong Maps { readonly get; internal set; }

    /// <summary>Pages unmapped so far.</summary>
    public ulong Unmaps { readonly get; internal set; }

    /// <summary>Pages whose protection was changed so far.</summary>
    public ulong Protects { readonly get; internal set; }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(MapperStatistics left, MapperStatistics right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(MapperStatistics left, MapperStatistics right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(MapperStatistics other) =>
        Tables == other.Tables
        && SmallPages == other.SmallPages
        && LargePages == other.LargePages
        && MappedBytes == other.MappedBytes
        && Maps == other.Maps
        && Unmaps == other.Unmaps
        && Protects == other.Protects;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is MapperStatistics other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => AddressHash.Of(MappedBytes, Maps);
}
