using System;

namespace KernelMem.Annotations;

/// <summary>
/// The <see cref="BitLayoutAttribute">layout</see> is an entry of one level of the x86-64 paging structures. The generator writes its
/// <c>Level</c>, and what differs between levels is checked (KM8011): where the frame starts, what bit 7 is (PS, PAT or reserved), and
/// which levels map pages at all.
/// </summary>
/// <example><code>[BitLayout, PageTableEntry((int)PageTableLevel.Pd, PageTableEntryRole.Page)]</code></example>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class PageTableEntryAttribute : Attribute
{
    /// <summary>Declares level and role.</summary>
    /// <param name="level">
    /// The level of the table that holds the entry, as <c>KernelMem.Addresses.PageTableLevel</c> counts: 1 to 5, from the leaf.
    /// </param>
    /// <param name="role">What the entry does.</param>
    public PageTableEntryAttribute(int level, PageTableEntryRole role)
    {
        Level = level;
        Role = role;
    }

    /// <summary>The level of the table that holds the entry: 1 for a page table, 5 for a PML5 table.</summary>
    public int Level { get; }

    /// <summary>What the entry does.</summary>
    public PageTableEntryRole Role { get; }
}
