using KernelMem.Machine;
using KernelMem.Platform;
using KernelMem.Simulation.Walk;

namespace BootKernel;

/// <summary>The page tables in use, through the direct map, and what else a walk by the manual depends on.</summary>
internal readonly unsafe struct LiveTables : IWalkMemory
{
    private const ulong AlignmentCheck = 1UL << 18; // RFLAGS.AC

    /// <summary>What this processor decides about the format of entries.</summary>
    public static WalkFeatures Features()
    {
        CpuFeatures features = CpuFeatures.Detect(default(X64Platform));
        return new WalkFeatures { PhysicalAddressBits = features.PhysicalBits, GigabytePages = features.Has(CpuFeatureSet.GigabytePages) };
    }

    /// <summary>The registers of this CPU as they are now.</summary>
    /// <param name="userAccess">Whether RFLAGS.AC is set, as in a user copy.</param>
    public static WalkRegisters Registers(bool userAccess) => new()
    {
        Cr0 = Cpu.ReadCr0().Value,
        Cr3 = Cpu.ReadCr3().Value,
        Cr4 = Cpu.ReadCr4().Value,
        Efer = Cpu.ReadMsr(Efer.Msr),
        Flags = userAccess ? AlignmentCheck : 0,
        Pat = Cpu.ReadMsr(Pat.Msr),
        Pkru = Cpu.ReadCr4().Pke ? Cpu.ReadPkru() : 0,
    };

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
