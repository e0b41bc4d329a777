namespace KernelMem.Simulation;

/// <summary>Which of a processor's caches a translation, or the upper part of one, comes from (Intel SDM Vol. 3A §4.10.2, §4.10.3).</summary>
public enum CacheLevel
{
    /// <summary>None: the tables were walked from the root.</summary>
    None = 0,

    /// <summary>The TLB: a page's whole translation.</summary>
    Translation = 1,

    /// <summary>The PDE cache: where the page table of 2 MiB is.</summary>
    PageDirectoryEntry = 2,

    /// <summary>The PDPTE cache: where the page directory of 1 GiB is.</summary>
    DirectoryPointerEntry = 3,

    /// <summary>The PML4E cache: where the page-directory-pointer table of 512 GiB is.</summary>
    Level4Entry = 4,

    /// <summary>The PML5E cache: where the PML4 table of 256 TiB is.</summary>
    Level5Entry = 5,
}
