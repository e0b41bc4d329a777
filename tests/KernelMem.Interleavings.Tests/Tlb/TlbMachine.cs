using System.Runtime.CompilerServices;

namespace KernelMem.Interleavings.Tests.Tlb;

/// <summary>
/// Tables of two pages for each of three roots (0 is the kernel's own) and one page of the kernel's part, and what CPUs cache of them. An
/// entry is the number of its frame; 0 is not mapped.
/// </summary>
internal struct TlbMachine
{
    public const int CpuLimit = 3;
    public const int Roots = 3;
    public const int Pages = 2;

    /// <summary>The page of the kernel's part, by its place among the entries.</summary>
    public const int KernelPage = Roots * Pages;

    private const int EntryCount = KernelPage + 1;
    private const int Identifiers = 8;

    /// <summary>The entries: page p of root r is at 2r + p.</summary>
    public Entries Tables;

    /// <summary>For each frame, 1 once it was freed.</summary>
    public FrameFlags Freed;

    public Cpus Cpu;

    /// <summary>How many CPUs have ended.</summary>
    public ulong Ended;

    public struct CpuState
    {
        /// <summary>1 while an interrupt waits.</summary>
        public ulong Wire;

        // The CPU's own.
        public bool InterruptsOff;
        public ulong Root;
        public int Identifier;
        public Caches Cached;

        public void DropAll() => Cached = default;

        public void Drop(int identifier) => Cached[identifier] = default;
    }

    /// <summary>What is cached under one identifier; 0 for nothing. Nothing is global.</summary>
    [InlineArray(EntryCount)]
    public struct Entries
    {
        private ulong _first;
    }

    [InlineArray(32)]
    public struct FrameFlags
    {
        private ulong _first;
    }

    [InlineArray(Identifiers)]
    public struct Caches
    {
        private Entries _first;
    }

    [InlineArray(CpuLimit)]
    public struct Cpus
    {
        private CpuState _first;
    }
}
