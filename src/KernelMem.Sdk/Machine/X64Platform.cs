using System;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>The bare machine as the library's platform: an empty value whose members are instructions.</summary>
public readonly unsafe struct X64Platform : IPlatform
{
    /// <inheritdoc/>
    public CpuId CurrentCpu => new((int)Cpu.Current());

    /// <inheritdoc/>
    public int CpuCount => SmpBoot.Count;

    /// <inheritdoc/>
    public int CpuLimit => SmpBoot.Limit;

    /// <inheritdoc/>
    public InterruptState SaveInterrupts() => Cpu.SaveInterrupts() != 0 ? InterruptState.Enabled : InterruptState.Disabled;

    /// <inheritdoc/>
    public void RestoreInterrupts(InterruptState state) => Cpu.RestoreInterrupts(state.WereEnabled ? 1u : 0u);

    /// <inheritdoc/>
    public void Pause() => Cpu.Pause();

    /// <summary>True: no second CPU starts before all can be interrupted by NMIs (<see cref="SmpBoot.TryStart"/>).</summary>
    public bool CanFenceRemotely => true;

    /// <inheritdoc/>
    /// <remarks>By NMIs, which the machine layer answers before the kernel's handler is called. Not to be called in an NMI handler.</remarks>
    public void FenceRemotely() => NonMaskable.FenceOthers();

    /// <inheritdoc/>
    public void InvalidatePage(VirtAddr address) => Cpu.InvalidatePage(address.Value);

    /// <inheritdoc/>
    public PageTableRoot ReadPageTableRoot() => PageTableRoot.FromRegister(Cpu.ReadCr3().Value);

    /// <inheritdoc/>
    public void WritePageTableRoot(PageTableRoot root) => Cpu.WriteCr3(Cr3.FromRaw(root.Register));

    /// <inheritdoc/>
    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address) => Cpu.InvalidateContext((uint)kind, pcid, address.Value);

    /// <inheritdoc/>
    public void FlushCaches() => Cpu.FlushCaches();

    /// <inheritdoc/>
    public ulong ReadCr0() => Cpu.ReadCr0().Value;

    /// <inheritdoc/>
    public void WriteCr0(ulong value) => Cpu.WriteCr0(Cr0.FromRaw(value));

    /// <inheritdoc/>
    public ulong ReadCr4() => Cpu.ReadCr4().Value;

    /// <inheritdoc/>
    public void WriteCr4(ulong value) => Cpu.WriteCr4(Cr4.FromRaw(value));

    /// <inheritdoc/>
    public uint ReadPkru() => Cpu.ReadPkru();

    /// <inheritdoc/>
    public void WritePkru(uint value) => Cpu.WritePkru(value);

    /// <inheritdoc/>
    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf)
    {
        // SAFETY: four registers, and room for four.
        uint* registers = stackalloc uint[4];
        Cpu.Identify(leaf, subleaf, registers);
        return new CpuIdLeaf(registers[0], registers[1], registers[2], registers[3]);
    }

    /// <inheritdoc/>
    public void SendInterrupt(CpuId target, byte vector) => LocalApic.Current.Send(SmpBoot.ApicId(target), vector);

    /// <inheritdoc/>
    public ulong CopyUser([UserMemory] void* destination, [UserMemory] void* source, ulong length) => Cpu.CopyUser(destination, source, (nuint)length);

    /// <inheritdoc/>
    public void ClearMemory(void* address, ulong length)
    {
        // A span counts with an int: a greater length is cleared in parts.
        const ulong PartBytes = 1UL << 30;
        byte* at = (byte*)address;
        for (; length > PartBytes; at += PartBytes, length -= PartBytes)
            new Span<byte>(at, (int)PartBytes).Clear();
        new Span<byte>(at, (int)length).Clear();
    }

    /// <inheritdoc/>
    public void CopyMemory(void* destination, void* source, ulong length) => Buffer.MemoryCopy(source, destination, length, length);

    /// <inheritdoc/>
    public ulong ReadMsr(uint register) => Cpu.ReadMsr(register);

    /// <inheritdoc/>
    public void WriteMsr(uint register, ulong value) => Cpu.WriteMsr(register, value);

    /// <inheritdoc/>
    public ulong ReadTimeStamp() => Cpu.ReadTimeStamp();
}
