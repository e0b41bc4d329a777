using KernelMem.Platform;
using KernelMem.Simulation.Walk;

namespace BootKernel;

/// <summary>The page tables in use, through the direct map, for a walk by the manual.</summary>
internal readonly unsafe struct LiveTables : IWalkMemory
{
    /// <summary>The direct map holds all memory, and tables are nowhere else.</summary>
    public bool Contains(ulong address) => true;

    /// <inheritdoc/>
    public ulong Read(ulong address) => Atomic.Load(in *At(address));

    /// <inheritdoc/>
    public bool CompareExchange(ulong address, ulong expected, ulong replacement) =>
        Atomic.TryCompareExchange(ref *At(address), expected, replacement);

    /// <summary>Makes an entry by hand.</summary>
    public void Write(ulong address, ulong entry) => Atomic.Store(ref *At(address), entry);

    // SAFETY: tables are frames of RAM, all of which the direct map holds.
    private static ulong* At(ulong address) => (ulong*)(KernelLayout.DirectMap.Value + address);
}
