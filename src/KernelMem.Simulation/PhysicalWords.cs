using KernelMem.Addresses;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>Simulated memory as a walk of page tables sees it.</summary>
internal readonly struct PhysicalWords(SimulatedMemory memory) : IWalkMemory
{
    public bool Contains(ulong address) => memory.Contains(PhysAddr.CreateUnchecked(address), sizeof(ulong));

    public ulong Read(ulong address) => memory.Read<ulong>(PhysAddr.CreateUnchecked(address));

    public bool CompareExchange(ulong address, ulong expected, ulong replacement) =>
        memory.CompareExchange(PhysAddr.CreateUnchecked(address), expected, replacement);
}
