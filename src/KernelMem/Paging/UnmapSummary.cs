namespace KernelMem.Paging;

/// <summary>What a range had mapped, when it was unmapped.</summary>
public struct UnmapSummary
{
    /// <summary>Pages of all sizes.</summary>
    public ulong Pages { readonly get; internal set; }

    /// <summary>Their bytes.</summary>
    public ulong Bytes { readonly get; internal set; }

    /// <summary>Pages that were written while they were mapped; those without tracking count as written.</summary>
    public ulong DirtyPages { readonly get; internal set; }

    /// <summary>Page tables that became empty, and were given back.</summary>
    public ulong Tables { readonly get; internal set; }

    internal void Add(in UnmapSummary part)
    {
        Pages += part.Pages;
        Bytes += part.Bytes;
        DirtyPages += part.DirtyPages;
        Tables += part.Tables;
    }
}
