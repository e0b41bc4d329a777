using System;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Simulation;

/// <summary>
/// A simulated machine as the library's platform: a small number that names it. Instructions are executed by the CPU that the
/// calling thread entered.
/// </summary>
public readonly struct SimulatedPlatform : IPlatform, IEquatable<SimulatedPlatform>
{
    private readonly int _handle;

    internal SimulatedPlatform(int handle) => _handle = handle;

    /// <summary>The machine.</summary>
    /// <exception cref="InvalidOperationException">The value is the default one, or the machine was disposed of.</exception>
    public SimulatedMachine Machine => SimulatedMachine.Find(_handle);

    /// <inheritdoc/>
    public CpuId CurrentCpu => Machine.CurrentCpu.Id;

    /// <inheritdoc/>
    public int CpuCount => Machine.Cpus.Count;

    /// <inheritdoc/>
    public int CpuLimit => Machine.Cpus.Count;

    /// <summary>The CPU that executes an instruction.</summary>
    private SimulatedCpu Cpu
    {
        get
        {
            SimulatedMachine machine = Machine;
            machine.BeginInstruction();
            return machine.CurrentCpu;
        }
    }

    /// <summary>Whether both are the same machine.</summary>
    public static bool operator ==(SimulatedPlatform left, SimulatedPlatform right) => left._handle == right._handle;

    /// <summary>Whether they are different machines.</summary>
    public static bool operator !=(SimulatedPlatform left, SimulatedPlatform right) => left._handle != right._handle;

    /// <inheritdoc/>
    public InterruptState SaveInterrupts()
    {
        SimulatedCpu cpu = Cpu;
        InterruptState before = cpu.InterruptsEnabled ? InterruptState.Enabled : InterruptState.Disabled;
        cpu.InterruptsEnabled = false;
        return before;
    }

    /// <inheritdoc/>
    public void RestoreInterrupts(InterruptState state)
    {
        if (state.WereEnabled)
            Cpu.InterruptsEnabled = true;
    }

    /// <summary>Takes waiting interrupts, and gives other threads their turn.</summary>
    public void Pause()
    {
        SimulatedCpu cpu = Cpu;
        cpu.TakeInterrupts();
        cpu.Machine.PassTime();
        if (cpu.Machine.Adversary is null)
            Thread.Yield(); // an adversary has one thread
    }

    /// <inheritdoc/>
    public bool CanFenceRemotely => true;

    /// <inheritdoc/>
    public void FenceRemotely() => Interlocked.MemoryBarrierProcessWide();

    /// <inheritdoc/>
    public void InvalidatePage(VirtAddr address) => Cpu.InvalidatePage(address);

    /// <inheritdoc/>
    public PageTableRoot ReadPageTableRoot() => PageTableRoot.FromRegister(Cpu.Cr3);

    /// <inheritdoc/>
    public void WritePageTableRoot(PageTableRoot root) => Cpu.Cr3 = root.Register;

    /// <inheritdoc/>
    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address) => Cpu.InvalidateContext((int)kind, pcid, address);

    /// <summary>Does nothing: there are no caches but those of translations.</summary>
    public void FlushCaches()
    {
    }

    /// <inheritdoc/>
    public ulong ReadCr0() => Cpu.Cr0;

    /// <inheritdoc/>
    public void WriteCr0(ulong value) => Cpu.Cr0 = value;

    /// <inheritdoc/>
    public ulong ReadCr4() => Cpu.Cr4;

    /// <inheritdoc/>
    public void WriteCr4(ulong value) => Cpu.Cr4 = value;

    /// <inheritdoc/>
    public uint ReadPkru() => Cpu.Pkru;

    /// <inheritdoc/>
    public void WritePkru(uint value) => Cpu.Pkru = value;

    /// <inheritdoc/>
    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf)
    {
        (uint eax, uint ebx, uint ecx, uint edx) = Cpu.ReadCpuId(leaf, subleaf);
        return new CpuIdLeaf(eax, ebx, ecx, edx);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such CPU, or the vector is below 32.</exception>
    public void SendInterrupt(CpuId target, byte vector)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vector, (byte)32);
        SimulatedMachine machine = Machine;
        machine.BeginInstruction(); // a device may send one too: a thread that executes no CPU
        ArgumentOutOfRangeException.ThrowIfNegative(target.Value, nameof(target));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target.Value, machine.Cpus.Count, nameof(target));
        machine.Cpus[target.Value].Interrupt(vector);
    }

    /// <summary>
    /// Copies between kernel and user memory. Both pointers are addresses of the simulated machine and go through its MMU, unless
    /// <see cref="SimulatedMachine.HostPointers"/> says otherwise.
    /// </summary>
    /// <returns>How many bytes were not copied.</returns>
    public unsafe ulong CopyUser([UserMemory] void* destination, [UserMemory] void* source, ulong length) =>
        Cpu.CopyUser(VirtAddr.CreateUnchecked((ulong)destination), VirtAddr.CreateUnchecked((ulong)source), length);

    /// <summary>
    /// Fills memory with zeros. The pointer is an address of the simulated machine and goes through its MMU, with the CPU's privilege,
    /// unless <see cref="SimulatedMachine.HostPointers"/> says otherwise.
    /// </summary>
    /// <exception cref="SimulatedFaultException">The access faulted, and nothing resolved it. Bytes before that one are clear.</exception>
    public unsafe void ClearMemory(void* address, ulong length) => Cpu.ClearMemory(VirtAddr.CreateUnchecked((ulong)address), length);

    /// <summary>
    /// Copies memory. Both pointers are addresses of the simulated machine and go through its MMU, with the CPU's privilege, unless
    /// <see cref="SimulatedMachine.HostPointers"/> says otherwise.
    /// </summary>
    /// <exception cref="SimulatedFaultException">An access faulted, and nothing resolved it. Bytes before that one are copied.</exception>
    /// <exception cref="ArgumentException">Destination and source overlap.</exception>
    public unsafe void CopyMemory(void* destination, void* source, ulong length) =>
        Cpu.CopyMemory(VirtAddr.CreateUnchecked((ulong)destination), VirtAddr.CreateUnchecked((ulong)source), length);

    /// <inheritdoc/>
    public ulong ReadMsr(uint register) => Cpu.ReadMsr(register);

    /// <inheritdoc/>
    public void WriteMsr(uint register, ulong value) => Cpu.WriteMsr(register, value);

    /// <inheritdoc/>
    public ulong ReadTimeStamp() => Machine.ReadTime();

    /// <inheritdoc/>
    public bool Equals(SimulatedPlatform other) => _handle == other._handle;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SimulatedPlatform other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _handle;
}
