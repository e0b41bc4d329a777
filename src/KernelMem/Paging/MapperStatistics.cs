namespace KernelMem.Paging;

/// <summary>What a <see cref="PageMapper{TPlatform}"/> has mapped, and what it did. What was adopted from someone else is not counted.</summary>
public struct MapperStatistics
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
}
