using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>The modules the boot loader loaded, in its order. A reader has checked every one.</summary>
public readonly struct BootModules
{
    private readonly PhysicalMemoryView _memory;
    private readonly BootProtocol _protocol;
    private readonly ulong _first; // where the walk begins
    private readonly ulong _directMap; // of Limine's pointers

    internal BootModules(PhysicalMemoryView memory, BootProtocol protocol, PhysRange storage, int count)
        : this(memory, protocol, storage, storage.Start.Value, count, directMap: 0)
    {
    }

    private BootModules(PhysicalMemoryView memory, BootProtocol protocol, PhysRange storage, ulong first, int count, ulong directMap)
    {
        _memory = memory;
        _protocol = protocol;
        _first = first;
        _directMap = directMap;
        Storage = storage;
        Count = count;
    }

    /// <summary>The number of modules.</summary>
    public int Count { get; }

    /// <summary>The memory the list itself occupies (not the modules); empty if there is none.</summary>
    public PhysRange Storage { get; }

    internal static BootModules Limine(PhysicalMemoryView memory, PhysRange storage, ulong first, int count, ulong directMap) =>
        new(memory, BootProtocol.Limine, storage, first, count, directMap);

    /// <summary>The modules, in the order of the list.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the modules.</summary>
    public struct Enumerator
    {
        private readonly BootModules _modules;
        private ulong _next;
        private int _index;
        private BootModule _current;

        internal Enumerator(BootModules modules)
        {
            _modules = modules;
            _next = modules._first;
            _index = 0;
            _current = default;
        }

        /// <summary>The module the walk stands at.</summary>
        public readonly BootModule Current => _current;

        /// <summary>Steps to the next module; false after the last.</summary>
        public bool MoveNext() => _index++ < _modules.Count && TryRead();

        private bool TryRead() => _modules._protocol switch
        {
            BootProtocol.Pvh => PvhTables.TryReadModule(_modules._memory, ref _next, out _current),
            BootProtocol.Multiboot1 => Multiboot1Tables.TryReadModule(_modules._memory, ref _next, out _current),
            BootProtocol.Multiboot2 => Multiboot2Tables.TryReadModule(_modules._memory, ref _next, out _current),
            BootProtocol.Limine => LimineTables.TryReadModule(_modules._memory, _modules._directMap, ref _next, out _current),
            _ => false,
        };
    }
}
