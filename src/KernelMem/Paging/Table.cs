using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>A table of any level, as a walk meets them; <see cref="PageTable{TEntry}"/> is the typed view.</summary>
internal readonly unsafe struct Table
{
    private readonly ulong* _entries;

    // SAFETY: whoever makes one has found all 512 entries inside memory that can be reached.
    public Table(ulong* entries) => _entries = entries;

    /// <summary>Whether this is none.</summary>
    public bool IsNone => _entries == null;

    /// <summary>Whether both are the same table.</summary>
    public bool IsSameAs(Table other) => _entries == other._entries;

    /// <summary>The slot at an index: 0 to 511.</summary>
    public Slot this[uint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_entries + (index & (TableIndex.Count - 1)));
    }

    /// <summary>The slot that an address leads to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Slot At(ulong address, PageTableLevel level) => this[(uint)(address >> level.IndexShift())];

    /// <summary>Empties a range of slots of a table that no CPU can have seen.</summary>
    public void Clear(uint first, uint count)
    {
        for (uint index = first; index < first + count; index++)
            this[index].Store(0);
    }

    /// <summary>Whether all slots of a range are empty. Others may write while this reads.</summary>
    public bool IsEmpty(uint first = 0, uint count = TableIndex.Count)
    {
        for (uint index = first; index < first + count; index++)
        {
            if (this[index].Load() != 0)
                return false;
        }

        return true;
    }
}
