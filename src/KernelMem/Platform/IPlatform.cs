using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>What the library needs of a CPU and cannot say in C#.</summary>
/// <remarks>
/// <para>A platform is a value: code takes <c>TPlatform platform where TPlatform : unmanaged, IPlatform</c>. In a kernel the
/// struct is empty, its members are instructions, and passing it costs nothing; in a simulator it is a handle, so that many
/// machines live in one process. Implement it with a struct and call it through a type parameter only: as a reference it would
/// be boxed.</para>
/// <para>Unless a member says otherwise, it concerns the CPU that calls it.</para>
/// </remarks>
public interface IPlatform
{
    /// <summary>The CPU that calls. Stable only as long as the caller cannot be moved: with interrupts off.</summary>
    CpuId CurrentCpu { get; }

    /// <summary>How many CPUs are up: 1 at first, more as they start.</summary>
    int CpuCount { get; }

    /// <summary>How many CPUs can be up at most. Constant: what the library keeps for each CPU, it makes for so many.</summary>
    int CpuLimit { get; }

    /// <summary>Turns interrupts off (CLI).</summary>
    /// <returns>Whether they were on before, for <see cref="RestoreInterrupts"/>.</returns>
    [MustUse("interrupts stay off for ever")]
    InterruptState SaveInterrupts();

    /// <summary>Turns interrupts on again if they were on when <paramref name="state"/> was saved.</summary>
    void RestoreInterrupts(InterruptState state);

    /// <summary>Tells the CPU that it is in a waiting loop (PAUSE).</summary>
    void Pause();

    /// <summary>Whether <see cref="FenceRemotely"/> works. Constant. Where it is false, per-CPU fast paths pay for a fence themselves.</summary>
    bool CanFenceRemotely { get; }

    /// <summary>
    /// Makes every other CPU pass a full memory barrier, between the call and its return, whatever that CPU is doing, interrupts off
    /// included: by an NMI that is acknowledged, or by the operating system below (Linux: <c>membarrier(2)</c>). Slow; it lets the other
    /// CPUs' fast paths do without a barrier of their own (Dice, Huang, Yang: Asymmetric Dekker Synchronization, 2001). Called only where
    /// <see cref="CanFenceRemotely"/> is true and <see cref="CpuLimit"/> is above 1, with interrupts off, and never in an NMI handler.
    /// </summary>
    /// <remarks>
    /// Several CPUs may call it at once: while one waits, it must pass the others' barriers. A CPU that comes up passes a full barrier of its
    /// own after the moment from which calls wait for it, and before it first uses the library: so no call misses it.
    /// </remarks>
    void FenceRemotely();

    /// <summary>
    /// Drops this CPU's translations of the page at <paramref name="address"/>, whatever its size, global ones included, and all
    /// its cached upper-level entries of the current address space (INVLPG, Intel SDM Vol. 3A §4.10.4.1).
    /// </summary>
    void InvalidatePage(VirtAddr address);

    /// <summary>Reads CR3.</summary>
    PageTableRoot ReadPageTableRoot();

    /// <summary>
    /// Writes CR3: from the next instruction on, translation starts at that table. This drops this CPU's translations except the global
    /// ones: all of them without process-context identifiers; with them, those of the root's own identifier, or none if the root
    /// <see cref="PageTableRoot.KeepsTranslations"/> (Intel SDM Vol. 3A §4.10.4.1).
    /// </summary>
    void WritePageTableRoot(PageTableRoot root);

    /// <summary>
    /// Drops translations and cached upper-level entries by process-context identifier (INVPCID). Called only where CPUID says that the
    /// processor has the instruction; otherwise it faults (#UD).
    /// </summary>
    /// <param name="kind">Which.</param>
    /// <param name="pcid">The identifier, for the kinds that ask for one: 0 to 4095, and 0 only while CR4.PCIDE is clear. Otherwise 0.</param>
    /// <param name="address">The address, for <see cref="InvalidationKind.Address"/>. Otherwise zero.</param>
    void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address);

    /// <summary>Writes all that this CPU's caches hold and memory does not back to memory, and drops it (WBINVD). Very slow.</summary>
    void FlushCaches();

    /// <summary>Reads CR0; see <see cref="Cr0"/>.</summary>
    ulong ReadCr0();

    /// <summary>Writes CR0; see <see cref="Cr0"/>.</summary>
    void WriteCr0(ulong value);

    /// <summary>Reads CR4; see <see cref="Cr4"/>.</summary>
    ulong ReadCr4();

    /// <summary>Writes CR4; see <see cref="Cr4"/>. The bit of a feature that the processor lacks faults (#GP).</summary>
    void WriteCr4(ulong value);

    /// <summary>Reads what the protection keys of user pages allow (RDPKRU). Only while CR4.PKE is set: otherwise it faults (#UD).</summary>
    uint ReadPkru();

    /// <summary>Writes what the protection keys of user pages allow (WRPKRU). Only while CR4.PKE is set: otherwise it faults (#UD).</summary>
    /// <param name="value">For each key k, bit 2k forbids all data access, bit 2k + 1 writing (Intel SDM Vol. 3A §4.6.2).</param>
    void WritePkru(uint value);

    /// <summary>Asks the processor what it is and has (CPUID).</summary>
    /// <param name="leaf">What to ask: EAX.</param>
    /// <param name="subleaf">Which part of it, where a leaf has parts: ECX.</param>
    CpuIdLeaf ReadCpuId(uint leaf, uint subleaf);

    /// <summary>Sends an interrupt to another CPU and does not wait for it to arrive.</summary>
    /// <param name="target">The CPU to interrupt.</param>
    /// <param name="vector">The interrupt vector, 32 to 255.</param>
    void SendInterrupt(CpuId target, byte vector);

    /// <summary>
    /// Copies between kernel and user memory, forwards, and survives a fault on either side: the copy simply ends there. It is
    /// an assembly primitive with a fix-up entry, with user access allowed (STAC, CLAC) only inside.
    /// </summary>
    /// <remarks>Either side may be the user's, so both are marked. Prefer <c>UserPtr</c> and <c>UserSpan</c>, which check before they copy.</remarks>
    /// <param name="destination">Where to; a user address is checked by the caller against the address layout.</param>
    /// <param name="source">Where from; a user address is checked by the caller against the address layout.</param>
    /// <param name="length">How many bytes.</param>
    /// <returns>How many bytes were <b>not</b> copied: 0 when all were.</returns>
    [MustUse("a partial copy would pass for a whole one")]
    [MayBlock("user memory may fault in")]
    unsafe ulong CopyUser([UserMemory] void* destination, [UserMemory] void* source, ulong length);

    /// <summary>
    /// Fills memory with zeros, by virtual address: in a kernel a plain block store, in a simulator one that goes through its MMU.
    /// </summary>
    /// <param name="address">Kernel memory of the current address space: mapped and writable. Otherwise it faults, as any access.</param>
    /// <param name="length">How many bytes; 0 is allowed and touches nothing.</param>
    unsafe void ClearMemory(void* address, ulong length);

    /// <summary>
    /// Copies memory, by virtual address: in a kernel a plain block move, in a simulator one that goes through its MMU. For user
    /// memory there is <see cref="CopyUser"/>.
    /// </summary>
    /// <param name="destination">Kernel memory of the current address space: mapped and writable. Else it faults, as any access.</param>
    /// <param name="source">Kernel memory of the current address space: mapped. It must not overlap the destination.</param>
    /// <param name="length">How many bytes; 0 is allowed and touches nothing.</param>
    unsafe void CopyMemory(void* destination, void* source, ulong length);

    /// <summary>Reads a model-specific register (RDMSR).</summary>
    ulong ReadMsr(uint register);

    /// <summary>Writes a model-specific register (WRMSR).</summary>
    void WriteMsr(uint register, ulong value);

    /// <summary>Reads the time-stamp counter (RDTSC), in ticks of a constant rate on every processor that matters.</summary>
    ulong ReadTimeStamp();
}
