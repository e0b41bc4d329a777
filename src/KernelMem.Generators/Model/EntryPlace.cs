using System.Globalization;

namespace KernelMem.Generators.Model;

/// <summary>Where in the paging structures a layout is an entry.</summary>
/// <param name="Level">From the leaf: 1 is a page table, 5 a PML5 table.</param>
/// <param name="Role">What the entry does.</param>
internal readonly record struct EntryPlace(int Level, EntryRole Role)
{
    private static readonly string[] s_names = ["Pt", "Pd", "Pdpt", "Pml4", "Pml5"];

    /// <summary>Whether there is such a level.</summary>
    public bool Exists => Level >= 1 && Level <= s_names.Length;

    /// <summary>Whether an entry of the level may map a page.</summary>
    public bool MayMapPage => Level is >= 1 and <= 3;

    /// <summary>Whether an entry of the level may reference a table.</summary>
    public bool MayReferenceTable => Level >= 2;

    /// <summary>The lowest bit of the level's index, and so of the frames of its pages.</summary>
    public int PageShift => 12 + (9 * (Level - 1));

    /// <summary>The member of <c>PageTableLevel</c>.</summary>
    public string LevelName => s_names[Level - 1];

    /// <summary>In a sentence.</summary>
    public string Description => Role switch
    {
        EntryRole.Table => string.Format(CultureInfo.InvariantCulture, "references a table at level {0}", Level),
        EntryRole.Page => string.Format(CultureInfo.InvariantCulture, "maps a page at level {0}", Level),
        _ => string.Format(CultureInfo.InvariantCulture, "is a slot of level {0}", Level),
    };
}
