using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The memory map as the boot loader left it in memory, entry by entry, in its order. A reader has checked that every
/// entry lies inside the window; the numbers in the entries are still raw.
/// </summary>
public readonly struct FirmwareMap
{
    private readonly PhysWindow _memory;
    private readonly Format _format;
    private readonly MultibootLimits _limits;

    private FirmwareMap(PhysWindow memory, Format format, PhysRange storage, int count, MultibootLimits limits)
    {
        _memory = memory;
        _format = format;
        _limits = limits;
        Storage = storage;
        Count = count;
    }

    private enum Format : byte
    {
        None,
        Pvh,
        Multiboot1,
        Multiboot1Limits,
    }

    /// <summary>The number of entries.</summary>
    public int Count { get; }

    /// <summary>The memory the table itself occupies; empty where the map was made from two numbers.</summary>
    public PhysRange Storage { get; }

    internal static FirmwareMap Pvh(PhysWindow memory, PhysRange storage, int count) =>
        new(memory, Format.Pvh, storage, count, default);

    internal static FirmwareMap Multiboot1(PhysWindow memory, PhysRange storage, int count) =>
        new(memory, Format.Multiboot1, storage, count, default);

    internal static FirmwareMap FromLimits(MultibootLimits limits) =>
        new(default, Format.Multiboot1Limits, default, MultibootLimits.RegionCount, limits);

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
            _next = map.Storage.Start.Value;
            _index = 0;
            _current = default;
        }

        /// <summary>The entry the walk stands at.</summary>
        public readonly FirmwareRegion Current => _current;

        /// <summary>Steps to the next entry; false after the last.</summary>
        public bool MoveNext() => _index < _map.Count && TryRead(_index++);

        private bool TryRead(int index) => _map._format switch
        {
            Format.Pvh => PvhTables.TryReadRegion(_map._memory, ref _next, out _current),
            Format.Multiboot1 => Multiboot1Tables.TryReadRegion(_map._memory, ref _next, out _current),
            Format.Multiboot1Limits => _map._limits.TryGetRegion(index, out _current),
            _ => false,
        };
    }
}
