using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>Where a virtual address leads.</summary>
/// <param name="Address">The physical address. Whether there is memory is another question.</param>
/// <param name="PageBytes">The size of the page: 4096, 2 097 152 or 1 073 741 824 bytes.</param>
/// <param name="Rights">What the entries allow together.</param>
/// <param name="IsGlobal">Whether the translation survives a write of CR3: G (bit 8) of the last entry, with CR4.PGE.</param>
/// <param name="IsDirty">Whether D (bit 6) of the last entry is set, after the access.</param>
public readonly record struct SimulatedTranslation(PhysAddr Address, ulong PageBytes, PageRights Rights, bool IsGlobal, bool IsDirty);
