using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

/// <summary>
/// A CPU with control registers, CPUID and INVPCID, which writes down what changes them, in the manual's numbers. It refuses, as a
/// processor does (#GP), what the manual forbids.
/// </summary>
internal readonly unsafe struct RegisterPlatform : IPlatform
{
    private static readonly List<Cpu> Cpus = [];

    private readonly int _handle;

    private RegisterPlatform(int handle) => _handle = handle;

    public Cpu State
    {
        get
        {
            lock (Cpus)
                return Cpus[_handle];
        }
    }

    public CpuId CurrentCpu => default;

    public int CpuCount => 1;

    public int CpuLimit => 1;

    public bool CanFenceRemotely => false;

    public static RegisterPlatform Create()
    {
        lock (Cpus)
        {
            Cpus.Add(new Cpu());
            return new RegisterPlatform(Cpus.Count - 1);
        }
    }

    public InterruptState SaveInterrupts()
    {
        bool before = State.InterruptsEnabled;
        State.InterruptsEnabled = false;
        return before ? InterruptState.Enabled : InterruptState.Disabled;
    }

    public void RestoreInterrupts(InterruptState state) => State.InterruptsEnabled |= state.WereEnabled;

    public void Pause() => Assert.Fail("nobody else is here");

    public void FenceRemotely() => Assert.Fail("nobody else is here");

    public void InvalidatePage(VirtAddr address) => State.Write($"invlpg {address.Value:X}");

    public PageTableRoot ReadPageTableRoot() => PageTableRoot.FromRegister(State.Cr3);

    public void WritePageTableRoot(PageTableRoot root)
    {
        Assert.IsTrue(root.Register >> 63 == 0 || (State.Cr4 >> 17 & 1) != 0, "CR3 bit 63 without CR4.PCIDE");
        State.Cr3 = root.Register & ~(1UL << 63);
        State.Write($"cr3 {root.Register:X}");
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
        Assert.IsTrue((State.CpuIdOf(7).Ebx >> 10 & 1) != 0, "INVPCID is not there");
        Assert.IsTrue(pcid == 0 || (State.Cr4 >> 17 & 1) != 0, "a PCID without CR4.PCIDE");
        State.Write($"invpcid {(int)kind} {pcid} {address.Value:X}");
    }

    public void FlushCaches() => State.Write("wbinvd");

    public ulong ReadCr0() => State.Cr0;

    public void WriteCr0(ulong value)
    {
        Assert.IsFalse((value >> 29 & 1) != 0 && (value >> 30 & 1) == 0, "NW without CD");
        State.Cr0 = value;
        State.Write($"cr0 {value:X}");
    }

    public ulong ReadCr4() => State.Cr4;

    public void WriteCr4(ulong value)
    {
        CpuIdLeaf basic = State.CpuIdOf(1);
        CpuIdLeaf structured = State.CpuIdOf(7);
        ulong allowed = (1UL << 5) | (State.Cr4 & (1UL << 12))
            | ((ulong)(basic.Edx >> 13 & 1) << 7)
            | ((ulong)(structured.Ecx >> 2 & 1) << 11)
            | ((ulong)(basic.Ecx >> 17 & 1) << 17)
            | ((ulong)(structured.Ebx >> 7 & 1) << 20)
            | ((ulong)(structured.Ebx >> 20 & 1) << 21)
            | ((ulong)(structured.Ecx >> 3 & 1) << 22)
            | ((ulong)(structured.Ecx >> 31 & 1) << 24);
        Assert.AreEqual(0UL, value & ~allowed, "CR4: a bit of a feature that is not there");
        bool identifiersTurnOn = (value & ~State.Cr4 & (1UL << 17)) != 0;
        Assert.IsFalse(identifiersTurnOn && (State.Cr3 & 0xFFF) != 0, "CR4.PCIDE while CR3[11:0] is not zero");
        State.Cr4 = value;
        State.Write($"cr4 {value:X}");
    }

    public uint ReadPkru()
    {
        Assert.AreNotEqual(0UL, State.Cr4 & (1UL << 22), "RDPKRU without CR4.PKE");
        return State.Pkru;
    }

    public void WritePkru(uint value)
    {
        Assert.AreNotEqual(0UL, State.Cr4 & (1UL << 22), "WRPKRU without CR4.PKE");
        State.Pkru = value;
        State.Write($"pkru {value:X}");
    }

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf)
    {
        Assert.AreEqual(0u, subleaf);
        return State.CpuIdOf(leaf);
    }

    public void SendInterrupt(CpuId target, byte vector) => Assert.Fail("nobody else is here");

    public ulong CopyUser(void* destination, void* source, ulong length) => length;

    public void ClearMemory(void* address, ulong length) => Assert.Fail("no register");

    public void CopyMemory(void* destination, void* source, ulong length) => Assert.Fail("no register");

    public ulong ReadMsr(uint register) => register switch
    {
        0xC000_0080 => State.EferValue,
        0x277 => State.PatValue,
        _ => throw new AssertFailedException($"MSR {register:X}"),
    };

    public void WriteMsr(uint register, ulong value)
    {
        if (register == 0xC000_0080)
            State.EferValue = value;
        else if (register == 0x277)
            State.PatValue = value;
        else
            Assert.Fail($"MSR {register:X}");
        State.Write($"msr {register:X} {value:X}");
    }

    public ulong ReadTimeStamp() => 0;

    /// <summary>At first, long mode as a boot loader leaves it, on a processor that has everything.</summary>
    internal sealed class Cpu
    {
        public Dictionary<uint, CpuIdLeaf> CpuId { get; } = new()
        {
            [0] = new(0x1F, 0, 0, 0),
            [1] = new(0, 0, ecx: 1 << 17, edx: (1 << 13) | (1 << 16)),
            [7] = new(0, ebx: (1 << 7) | (1 << 10) | (1 << 20), ecx: (1u << 2) | (1u << 3) | (1u << 16) | (1u << 31), 0),
            [0x8000_0000] = new(0x8000_001F, 0, 0, 0),
            [0x8000_0001] = new(0, 0, 0, edx: (1 << 20) | (1 << 26)),
            [0x8000_0008] = new(46 | (57 << 8), 0, 0, 0),
            [0x8000_001F] = new(3, ebx: 51 | (5 << 6), 0, 0),
        };

        public ulong Cr0 { get; set; } = (1UL << 31) | 1;

        public ulong Cr3 { get; set; } = 0x1234_5000;

        public ulong Cr4 { get; set; } = 1UL << 5;

        public ulong EferValue { get; set; } = (1UL << 8) | (1UL << 10);

        public ulong PatValue { get; set; } = 0x0007_0406_0007_0406;

        public uint Pkru { get; set; } = 0x5555_5554;

        public bool InterruptsEnabled { get; set; } = true;

        /// <summary>What was written, in order, as <c>cr4 A0</c>.</summary>
        public List<string> Log { get; } = [];

        /// <summary>Called before each line of the log, with the line.</summary>
        public Action<string>? OnWrite { get; set; }

        public CpuIdLeaf CpuIdOf(uint leaf) => CpuId.GetValueOrDefault(leaf);

        public void Write(string line)
        {
            OnWrite?.Invoke(line);
            Log.Add(line);
        }
    }
}
