using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Simulation;

/// <summary>An access that reached a freed frame.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Address">The virtual address whose translation led there.</param>
/// <param name="Place">The physical address that was reached.</param>
/// <param name="AsTable">Whether the frame was read as a page table; otherwise it was the page itself.</param>
/// <param name="Source">From which cache the way there came; <see cref="CacheLevel.None"/>: from the tables themselves.</param>
/// <param name="Speculative">Whether no program asked for the address: the processor looked ahead.</param>
/// <param name="Step">The step of the adversary (<see cref="Adversary.Step"/>); 0 without one.</param>
/// <param name="Seed">Its seed, to replay the run; null without one.</param>
public sealed record FreedFrameAccess(
    CpuId Cpu, VirtAddr Address, PhysAddr Place, bool AsTable, CacheLevel Source, bool Speculative, long Step, ulong? Seed)
{
    /// <summary>What happened, in a line.</summary>
    public override string ToString() =>
        $"CPU {Cpu.Value}: 0x{Address.Value:X16} reached the freed frame at 0x{Place.Value:X}"
        + (AsTable ? " as a page table" : "")
        + (Source == CacheLevel.None ? ", by the tables" : $", by a cached entry ({Source})")
        + (Speculative ? ", looking ahead" : "")
        + (Seed is { } seed ? $"; seed {seed}, step {Step}" : "");
}
