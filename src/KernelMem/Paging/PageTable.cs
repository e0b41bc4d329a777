using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A paging structure in memory: 512 entries of one level, seen as what that level holds. Intel SDM Vol. 3A §4.5.
/// </summary>
/// <remarks>
/// <para>
/// A view, as cheap as the pointer it is; the table stays whose it was. Every access is one atomic 64-bit access, because the
/// processor reads entries, and sets their accessed and dirty bits, at any time.
/// </para>
/// <para>
/// Assigning an entry overwrites what the processor may have written meanwhile. To change an entry that is in use, read it, and
/// <see cref="TryReplace"/> it until that succeeds. A new table must be <see cref="Clear">cleared</see> before an entry of another
/// table references it, and translations of an entry that was present must be flushed: neither happens here.
/// </para>
/// </remarks>
/// <typeparam name="TEntry">
/// What the level holds: <see cref="PtEntry"/>, <see cref="PdAnyEntry"/>, <see cref="PdptAnyEntry"/>, <see cref="Pml4Entry"/> or
/// <see cref="Pml5Entry"/>.
/// </typeparam>
[DebuggerDisplay("{Level} table at {Address}")]
public readonly unsafe struct PageTable<TEntry>
    where TEntry : unmanaged, IPageTableEntry<TEntry>
{
    /// <summary>How many entries a table has: 512.</summary>
    public const int EntryCount = TableIndex.Count;

    private readonly ulong* _entries;

    private PageTable(ulong* entries) => _entries = entries;

    /// <summary>The level of the table.</summary>
    public static PageTableLevel Level => TEntry.Level;

    /// <summary>Where the table is, as the code that uses this view addresses it.</summary>
    public ulong* Address => _entries;

    /// <summary>Whether every entry is zero. Others may write while this reads.</summary>
    public bool IsZero
    {
        get
        {
            for (int index = 0; index < EntryCount; index++)
            {
                if (this[index].Value != 0)
                    return false;
            }

            return true;
        }
    }

    /// <summary>The entry at an index.</summary>
    public TEntry this[TableIndex index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TEntry.FromRaw(Atomic.Load(in Slot(index)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Atomic.Store(ref Slot(index), value.Value);
    }

    /// <summary>The entry at an index. Panics unless it is 0 to 511.</summary>
    public TEntry this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => this[TableIndex.Create(unchecked((ulong)index))];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => this[TableIndex.Create(unchecked((ulong)index))] = value;
    }

    /// <summary>The table at a pointer. Panics when that is null or not aligned to 4 KiB.</summary>
    /// <param name="entries">512 entries of 8 bytes, valid as long as the view is used.</param>
    public static PageTable<TEntry> Create([Aligned(Frame.Size)] ulong* entries)
    {
        Panic.Assert(entries != null, "PageTable: a null pointer");
        Panic.Assert(((ulong)entries & (Size4KiB.Bytes - 1)) == 0, "PageTable: a table is aligned to 4 KiB");
        return new PageTable<TEntry>(entries);
    }

    /// <summary>The table in a frame, seen through the direct map. Panics when the frame is not mapped there.</summary>
    public static PageTable<TEntry> Create(Frame frame, DirectMap map)
    {
        bool mapped = map.TryToVirtual(frame.Range, out VirtRange range);
        Panic.Assert(mapped, "PageTable: the direct map does not hold the frame");
        return Create((ulong*)range.Start.Value);
    }

    /// <summary>Writes zero to every entry.</summary>
    public void Clear()
    {
        for (int index = 0; index < EntryCount; index++)
        {
            this[index] = default;
        }
    }

    /// <summary>Writes an entry.</summary>
    /// <returns>The entry that was there, with the accessed and dirty bits it had at that instant.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TEntry Exchange(TableIndex index, TEntry entry) => TEntry.FromRaw(Atomic.Exchange(ref Slot(index), entry.Value));

    /// <summary>Writes an entry if another is there, bit for bit.</summary>
    /// <param name="index">Where.</param>
    /// <param name="expected">The entry that must be there.</param>
    /// <param name="replacement">The entry to write.</param>
    /// <param name="found">The entry that was there: <paramref name="expected"/> exactly if it was replaced.</param>
    /// <returns>Whether it was replaced.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReplace(TableIndex index, TEntry expected, TEntry replacement, out TEntry found)
    {
        found = TEntry.FromRaw(Atomic.CompareExchange(ref Slot(index), expected.Value, replacement.Value));
        return found.Value == expected.Value;
    }

    // SAFETY: an index is below 512, and whoever made the view vouches for 512 aligned entries while it is used.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong Slot(TableIndex index) => ref _entries[index.Value];
}
