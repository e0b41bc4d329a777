using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>
/// A CPU that writes down what it is asked for. A value as the library wants it: the number of a machine kept elsewhere.
/// </summary>
internal readonly struct FakePlatform : IPlatform
{
    private static readonly List<Cpu> Cpus = [];

    private readonly int _handle;

    private FakePlatform(int handle) => _handle = handle;

    public CpuId CurrentCpu => State.Id;

    public int CpuCount => 8;

    public int CpuLimit => CpuCount;

    /// <summary>What the CPU was asked for, in order: <c>save</c>, <c>restore on</c>, <c>restore off</c>.</summary>
    public List<string> Log => State.Log;

    public bool InterruptsEnabled => State.InterruptsEnabled;

    private Cpu State
    {
        get
        {
            lock (Cpus)
                return Cpus[_handle];
        }
    }

    public static FakePlatform Create(int cpu = 0, bool interruptsEnabled = true)
    {
        lock (Cpus)
        {
            Cpus.Add(new Cpu { Id = new CpuId(cpu), InterruptsEnabled = interruptsEnabled });
            return new FakePlatform(Cpus.Count - 1);
        }
    }

    public InterruptState SaveInterrupts()
    {
        Cpu cpu = State;
        InterruptState before = cpu.InterruptsEnabled ? InterruptState.Enabled : InterruptState.Disabled;
        cpu.InterruptsEnabled = false;
        cpu.Log.Add("save");
        return before;
    }

    public void RestoreInterrupts(InterruptState state)
    {
        Cpu cpu = State;
        cpu.InterruptsEnabled |= state.WereEnabled;
        cpu.Log.Add(state.WereEnabled ? "restore on" : "restore off");
    }

    /// <summary>Waiting gives the other threads their turn: tests run on few processors.</summary>
    public void Pause() => Thread.Yield();

    public bool CanFenceRemotely => true;

    public void FenceRemotely() => Interlocked.MemoryBarrierProcessWide();

    public void InvalidatePage(VirtAddr address) => State.Log.Add($"invalidate {address}");

    public PageTableRoot ReadPageTableRoot() => State.Root;

    public void WritePageTableRoot(PageTableRoot root) => State.Root = root;

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address) => State.Log.Add($"invalidate {kind} {pcid} {address}");

    public void FlushCaches() => State.Log.Add("caches");

    public ulong ReadCr0() => 0;

    public void WriteCr0(ulong value) => State.Log.Add("cr0");

    public ulong ReadCr4() => 0;

    public void WriteCr4(ulong value) => State.Log.Add("cr4");

    public uint ReadPkru() => 0;

    public void WritePkru(uint value) => State.Log.Add("pkru");

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => default;

    public void SendInterrupt(CpuId target, byte vector) => State.Log.Add("interrupt");

    public unsafe ulong CopyUser(void* destination, void* source, ulong length) => length;

    public unsafe void ClearMemory(void* address, ulong length) => NativeMemory.Clear(address, (nuint)length);

    public unsafe void CopyMemory(void* destination, void* source, ulong length) => NativeMemory.Copy(source, destination, (nuint)length);

    public ulong ReadMsr(uint register) => 0;

    public void WriteMsr(uint register, ulong value) => State.Log.Add("msr");

    public ulong ReadTimeStamp() => 0;

    private sealed class Cpu
    {
        public CpuId Id { get; init; }

        public bool InterruptsEnabled { get; set; }

        public PageTableRoot Root { get; set; }

        public List<string> Log { get; } = [];
    }
}
