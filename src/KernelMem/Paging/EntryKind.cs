namespace KernelMem.Paging;

/// <summary>What a slot of a paging structure holds.</summary>
public enum EntryKind : byte
{
    /// <summary>Nothing: an access faults, and the processor ignores all bits but P.</summary>
    Absent,

    /// <summary>A reference to the next lower table.</summary>
    Table,

    /// <summary>The mapping of a page of this level's size.</summary>
    Page,
}
