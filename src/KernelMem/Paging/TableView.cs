using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// A table of any level, as a walk meets them; <see cref="PageTable{TEntry}"/> is the typed view. Every access is one atomic 64-bit
/// access.
/// </summary>
internal readonly unsafe struct TableView
{
    private readonly ulong* _entries;

    private TableView(ulong* entries) => _entries = entries;

    /// <summary>The table in a frame, seen through the direct map.</summary>
    /// <returns>False when the frame is not in it.</returns>
    public static bool TryCreate(Frame frame, DirectMap map, out TableView table)
    {
        bool mapped = map.TryToVirtual(frame.Range, out VirtRange range);
        table = mapped ? new TableView(range.Start.ToPointer<ulong>()) : default;
        return mapped;
    }

    public ulong Load(TableIndex index) => Atomic.Load(in Slot(index));

    public void Store(TableIndex index, ulong entry) => Atomic.Store(ref Slot(index), entry);

    public ulong Exchange(TableIndex index, ulong entry) => Atomic.Exchange(ref Slot(index), entry);

    public bool TryReplace(TableIndex index, ulong expected, ulong entry) => Atomic.TryCompareExchange(ref Slot(index), expected, entry);

    public void Clear()
    {
        for (ulong index = 0; index < TableIndex.Count; index++)
            Store(TableIndex.CreateTruncated(index), 0);
    }

    public bool IsEmpty()
    {
        for (ulong index = 0; index < TableIndex.Count; index++)
        {
            if (Load(TableIndex.CreateTruncated(index)) != 0)
                return false;
        }

        return true;
    }

    // SAFETY: an index is below 512, and the direct map holds the whole frame.
    private ref ulong Slot(TableIndex index) => ref _entries[index.Value];
}
