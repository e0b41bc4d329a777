namespace KernelMem.Annotations;

/// <summary>What an entry of a paging structure does.</summary>
public enum PageTableEntryRole : byte
{
    /// <summary>It references a table of the next lower level.</summary>
    Table = 0,

    /// <summary>It maps a page of its level's size.</summary>
    Page = 1,

    /// <summary>It may be either, and PS, bit 7, says which.</summary>
    Slot = 2,
}
