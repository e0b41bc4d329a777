namespace KernelMem.Generators.Model;

/// <summary>What a page-table entry does. The numbers are those of <c>KernelMem.Annotations.PageTableEntryRole</c>.</summary>
internal enum EntryRole
{
    Table = 0,
    Page = 1,
    Slot = 2,
}
