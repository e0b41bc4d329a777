using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The memory map as the boot loader left it in memory, entry by entry, in its order. A reader has checked that every
/// entry lies inside the window; the numbers in the entries are still raw.
/// </summary>
public readonly struct FirmwareMap
{
    private readonly PhysicalMemoryView _memory;
    private readonly Format _format;
    private readonly ulong _first; // where the walk begins
    private readonly ulong _stride; // bytes from an entry to the next, where all are of one size
    private readonly ulong _directMap; // of Limine's pointers
    private readonly MultibootLimits _limits;

    private FirmwareMap(
        PhysicalMemoryView memory,
        Format format,
        PhysRange storage,
        ulong first,
        int count,
        ulong stride = 0,
        ulong directMap = 0,
        MultibootLimits limits = default)
    {
        _memory = memory;
        _format = format;
        _first = first;
        _stride = stride;
        _directMap = directMap;
        _limits = limits;
        Storage = storage;
        Count = count;
    }

    private enum Format : byte
    {
        None,
        E820,
        E820Extended,
        Uefi,
        Multiboot1,
        Multiboot1Limits,
        Limine,
    }

    /// <summary>The number of entries.</summary>
    public int Count { get; }

    /// <summary>The memory the table itself occupies; empty where the map was made from two numbers.</summary>
    public PhysRange Storage { get; }

    internal static FirmwareMap E820(PhysicalMemoryView memory, PhysRange storage, int count, ulong stride, bool extended) =>
        new(memory, extended ? Format.E820Extended : Format.E820, storage, storage.Start.Value, count, stride);

    internal static FirmwareMap Uefi(PhysicalMemoryView memory, PhysRange storage, int count, ulong stride) =>
        new(memory, Format.Uefi, storage, storage.Start.Value, count, stride);

    internal static FirmwareMap Multiboot1(PhysicalMemoryView memory, PhysRange storage, int count) =>
        new(memory, Format.Multiboot1, storage, storage.Start.Value, count);

    internal static FirmwareMap FromLimits(MultibootLimits limits) =>
        new(default, Format.Multiboot1Limits, default, 0, MultibootLimits.RegionCount, limits: limits);

    internal static FirmwareMap Limine(PhysicalMemoryView memory, PhysRange storage, ulong first, int count, ulong directMap) =>
        new(memory, Format.Limine, storage, first, count, directMap: directMap);

    /// <summary>The entries, in the order of the table.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the entries.</summary>
    public struct Enumerator
    {
        private readonly FirmwareMap _map;
        private ulong _next;
        private int _index;
        private FirmwareRegion _current;

        internal Enumerator(FirmwareMap map)
        {
            _map = map;
            _next = map._first;
            _index = 0;
            _current = default;
        }

        /// <summary>The entry the walk stands at.</summary>
        public readonly FirmwareRegion Current => _current;

        /// <summary>Steps to the next entry; false after the last.</summary>
        public bool MoveNext() => _index < _map.Count && TryRead(_index++);

        private bool TryRead(int index) => _map._format switch
        {
            Format.E820 => E820Tables.TryReadRegion(_map._memory, ref _next, _map._stride, extended: false, out _current),
            Format.E820Extended => E820Tables.TryReadRegion(_map._memory, ref _next, _map._stride, extended: true, out _current),
            Format.Uefi => UefiTables.TryReadRegion(_map._memory, ref _next, _map._stride, out _current),
            Format.Multiboot1 => Multiboot1Tables.TryReadRegion(_map._memory, ref _next, out _current),
            Format.Multiboot1Limits => _map._limits.TryGetRegion(index, out _current),
            Format.Limine => LimineTables.TryReadRegion(_map._memory, _map._directMap, ref _next, out _current),
            _ => false,
        };
    }
}
