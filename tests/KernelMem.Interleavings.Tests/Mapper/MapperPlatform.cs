using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Mapper;

/// <summary>
/// The CPUs of a <see cref="MapperProgram"/>. An interrupt that was sent comes when interrupts are turned on, and where a CPU waits with
/// interrupts on.
/// </summary>
internal readonly struct MapperPlatform(int handle) : IPlatform
{
    private static readonly List<MapperProgram> s_programs = [];

    public CpuId CurrentCpu => new(Execution.CurrentCpu ?? ExplorerPlatform.Standing);

    public int CpuCount => MapperProgram.Cpus;

    public int CpuLimit => MapperProgram.Cpus;

    public bool CanFenceRemotely => false;

    private MapperProgram Program
    {
        get
        {
            lock (s_programs)
                return s_programs[handle];
        }
    }

    public static MapperPlatform Register(MapperProgram program)
    {
        lock (s_programs)
        {
            s_programs.Add(program);
            return new MapperPlatform(s_programs.Count - 1);
        }
    }

    public InterruptState SaveInterrupts() => Program.TurnOff() ? InterruptState.Enabled : InterruptState.Disabled;

    public void RestoreInterrupts(InterruptState state)
    {
        if (state.WereEnabled)
            Program.TurnOn();
    }

    public void Pause()
    {
        Program.TakeInterrupt();
        Execution.Pause();
    }

    public void FenceRemotely() => throw new NotSupportedException("Nobody is fenced here.");

    public void InvalidatePage(VirtAddr address)
    {
    }

    public PageTableRoot ReadPageTableRoot() => default;

    public void WritePageTableRoot(PageTableRoot root)
    {
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
    }

    public void FlushCaches() => throw new NotSupportedException("There is no cache here.");

    public ulong ReadCr0() => 0;

    public void WriteCr0(ulong value) => throw new NotSupportedException("There is no CR0 here.");

    public ulong ReadCr4() => 0;

    public void WriteCr4(ulong value) => throw new NotSupportedException("There is no CR4 here.");

    public uint ReadPkru() => 0;

    public void WritePkru(uint value) => throw new NotSupportedException("There are no keys here.");

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => default;

    public void SendInterrupt(CpuId target, byte vector) => Program.Send(target.Value);

    public unsafe ulong CopyUser(void* destination, void* source, ulong length) => length;

    public unsafe void ClearMemory(void* address, ulong length) => throw new NotSupportedException("Nothing is cleared here.");

    public unsafe void CopyMemory(void* destination, void* source, ulong length) => throw new NotSupportedException("Nothing is copied here.");

    public ulong ReadMsr(uint register) => register == Efer.Msr ? 1UL << 11 : 0; // NXE

    public void WriteMsr(uint register, ulong value) => throw new NotSupportedException("There are no registers here.");

    public ulong ReadTimeStamp() => 0;
}
