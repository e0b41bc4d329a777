using KernelMem.Addresses;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>Where a virtual address leads.</summary>
/// <param name="Address">The physical address. Whether there is memory is another question.</param>
/// <param name="PageBytes">The size of the page: 4096, 2 097 152 or 1 073 741 824 bytes.</param>
/// <param name="Rights">What the entries allow together.</param>
/// <param name="IsGlobal">Whether the translation survives a write of CR3: G (bit 8) of the last entry, with CR4.PGE.</param>
/// <param name="IsDirty">Whether D (bit 6) of the last entry is set, after the access.</param>
/// <param name="ProtectionKey">The protection key in bits 62:59 of the last entry, whether keys are on or not.</param>
/// <param name="PatIndex">Which byte of IA32_PAT the last entry chooses by PAT, PCD and PWT: 0 to 7.</param>
/// <param name="MemoryType">The memory type that this byte says.</param>
/// <param name="IsEncrypted">Whether the last entry has the encryption bit (<see cref="MmuFeatures.EncryptionBit"/>) set.</param>
public readonly record struct SimulatedTranslation(
    PhysAddr Address,
    ulong PageBytes,
    PageRights Rights,
    bool IsGlobal,
    bool IsDirty,
    int ProtectionKey = 0,
    int PatIndex = 0,
    SimulatedMemoryType MemoryType = SimulatedMemoryType.WriteBack,
    bool IsEncrypted = false)
{
    internal static SimulatedTranslation Of(in WalkTranslation translation, ulong address) => new(
        PhysAddr.CreateUnchecked(translation.AddressOf(address)),
        1UL << translation.Shift,
        PageRights.Of(translation.Rights),
        translation.IsGlobal,
        translation.IsDirty,
        translation.Key,
        translation.PatIndex,
        (SimulatedMemoryType)translation.MemoryType,
        translation.IsEncrypted);
}
