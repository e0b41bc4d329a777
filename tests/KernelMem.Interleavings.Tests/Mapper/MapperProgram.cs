using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Mapper;

/// <summary>
/// A program around the page tables of a kernel or of a program, which are made once; before each run, all memory is as it was. In the end
/// all must add up: the pages that are expected and no others, no lock nor record left, and no frame lost. The tables are read by the
/// manual: bit 0 P, 1 R/W, 2 U/S, 7 PS, 51:12 the address.
/// </summary>
internal sealed unsafe class MapperProgram : IDisposable
{
    public const int Cpus = 3;
    public const ulong KernelStart = 0xFFFF_C000_0000_0000;
    public const ulong UserStart = 0x4000_0000;

    /// <summary>Where pages lead: memory that is not the allocator's, and never touched.</summary>
    public const ulong Memory = 0x1_0000_0000;

    private const ulong FirstFrame = 512;
    private const ulong FrameCount = 96;
    private const ulong AddressBits = 0x000F_FFFF_FFFF_F000;
    private const ulong LockBit = 1UL << 9;

    private readonly List<nint> _buffers = [];
    private readonly CpuStates* _cpus;
    private readonly ulong* _ended;
    private readonly byte* _memory;
    private readonly MapperPlatform _platform;
    private readonly PageMapper<MapperPlatform> _kernel;

    /// <param name="user">Whether the tables are a program's.</param>
    public MapperProgram(bool user = false)
    {
        _cpus = Program.Place<CpuStates>("CPUs");
        _ended = Program.Place<ulong>("ended");
        _platform = MapperPlatform.Register(this);
        Allocator = CreateAllocator();
        _memory = (byte*)Buffer("tables", FrameCount * Frame.Size, Frame.Size);
        DirectMap map = DirectMap.Create(
            VirtAddr.Create((ulong)_memory - (FirstFrame * Frame.Size)), (FirstFrame + FrameCount) * Frame.Size);

        ulong tlbBytes = TlbShootdown<MapperPlatform>.MetadataSize(Cpus);
        Tlb = TlbShootdown<MapperPlatform>.Create(_platform, 0x41, Buffer("TLB", tlbBytes), tlbBytes).Value;
        ulong bytes = PageMapper<MapperPlatform>.KernelMetadataSize(Cpus);
        _kernel = PageMapper<MapperPlatform>
            .CreateKernel(_platform, Allocator, map, AddressLayout.Standard, AddressWidth.Bits48, Buffer("kernel", bytes), bytes).Value;
        Mapper = user ? _kernel.CreateUser(Buffer("program", bytes), bytes).Value : _kernel;
        Start = user ? UserStart : KernelStart;
        Protection = user ? Protection.UserReadOnly : Protection.KernelData;
        Program.Check = Check;
    }

    public ConcurrentProgram Program { get; } = new();

    public FrameAllocator<MapperPlatform> Allocator { get; }

    public TlbShootdown<MapperPlatform> Tlb { get; }

    public PageMapper<MapperPlatform> Mapper { get; }

    /// <summary>A multiple of 1 GiB at which there are no tables at first.</summary>
    public ulong Start { get; }

    /// <summary>What pages are for, if nothing else is said.</summary>
    public Protection Protection { get; }

    /// <summary>What must be mapped in the end, each by its bytes from <see cref="Start"/>, and its size. Nothing else may be.</summary>
    public Dictionary<ulong, ulong> Expected { get; } = [];

    /// <summary>Pages that may be mapped in the end, or not.</summary>
    public HashSet<ulong> Possible { get; } = [];

    /// <summary>Those of them that must be writable by all levels.</summary>
    public HashSet<ulong> Writable { get; } = [];

    /// <summary>What each CPU does; then it takes interrupts until all have done theirs.</summary>
    public void SetCpus(params Action[] bodies)
    {
        // Only now: flushes of the set-up wait for nobody.
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            ExplorerPlatform.Standing = cpu;
            Tlb.Join();
        }

        ExplorerPlatform.Standing = 0;

        Action idle = static () => { };
        Action[] all = [.. bodies, .. Enumerable.Repeat(idle, Cpus - bodies.Length)];
        Program.Cpus = [.. all.Select(body => (Action)(() =>
        {
            body();
            Atomic.FetchAdd(ref *_ended, 1UL);
            while (Atomic.Load(in *_ended) != Cpus)
                _platform.Pause();
        }))];
    }

    public Page<Size4KiB> PageAt(ulong offset) => Page<Size4KiB>.Create(VirtAddr.CreateUnchecked(Start + offset));

    public Page<Size2MiB> LargeAt(ulong offset) => Page<Size2MiB>.Create(VirtAddr.CreateUnchecked(Start + offset));

    public VirtRange Range(ulong offset, ulong length) => VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(Start + offset), length);

    public void Map(ulong offset, Protection? protection = null) => Assert.IsTrue(
        Mapper.Map(PageAt(offset), Frame.Create(PhysAddr.Create(Memory + offset)), protection ?? Protection).IsSuccess, "not mapped");

    public void MapLarge(ulong offset, Protection? protection = null) => Assert.IsTrue(
        Mapper.Map(LargeAt(offset), Frame<Size2MiB>.Create(PhysAddr.Create(Memory + offset)), protection ?? Protection).IsSuccess, "not mapped");

    public MapError TryMapRange(ulong offset, ulong length)
    {
        KernelMem.Failures.Result<MapFailure> result = Mapper.MapRange(Range(offset, length), PhysAddr.Create(Memory + offset), Protection);
        return result.IsSuccess ? MapError.None : result.Error.Code;
    }

    /// <summary>Unmaps a range, and pays the flush.</summary>
    public ulong UnmapRange(ulong offset, ulong length)
    {
        Assert.IsTrue(Mapper.UnmapRange(Range(offset, length)).TryGet(out UnmappedRange<MapperPlatform> unmapped, out MapFailure failure), $"{failure.Code}");
        return unmapped.Flush(Tlb, FrameUse.None).Pages;
    }

    public void Reclaim(ulong offset, ulong length) =>
        _ = Mapper.ReclaimTables(Range(offset, length)).Value.Flush(Tlb, FrameUse.None);

    public void ExpectTranslation(ulong offset)
    {
        Assert.IsTrue(Mapper.TryTranslate(VirtAddr.CreateUnchecked(Start + offset), out Translation translation), "a page is gone");
        Assert.AreEqual(Memory + offset, translation.Address.Value);
    }

    /// <summary>Walks as code does with interrupts off: what it reads must be a table all the while.</summary>
    public void Walk(ulong offset)
    {
        InterruptState interrupts = _platform.SaveInterrupts();
        ulong table = Mapper.Root.Register & AddressBits;
        for (int level = 4; ; level--)
        {
            ulong entry = Atomic.Load(in *(Entries(table) + (((Start + offset) >> (3 + (9 * level))) & 511)));
            Assert.AreEqual(FrameUse.PageTable, Allocator.GetInfo(Frame.Create(PhysAddr.Create(table))).Use, "a table was freed under a walk");
            if ((entry & 1) == 0 || level == 1 || (level <= 3 && (entry & 0x80) != 0))
                break;
            table = entry & AddressBits;
        }

        _platform.RestoreInterrupts(interrupts);
    }

    public bool TurnOff()
    {
        ref CpuState own = ref Own;
        bool before = !own.InterruptsOff;
        own.InterruptsOff = true;
        return before;
    }

    public void TurnOn()
    {
        Own.InterruptsOff = false;
        TakeInterrupt();
    }

    public void TakeInterrupt()
    {
        ref CpuState own = ref Own;
        if (own.InterruptsOff || Atomic.Load(in own.Wire) == 0)
            return;
        Atomic.Exchange(ref own.Wire, 0UL);
        own.InterruptsOff = true;
        Tlb.HandleInterrupt();
        own.InterruptsOff = false;
    }

    public void Send(int cpu) => Atomic.Exchange(ref (*_cpus)[cpu].Wire, 1UL);

    public Exploration Run(int preemptions) => Explorer.Run(Program, Bounds.UpTo(preemptions) with { MaxSteps = 200_000 });

    public Exploration RunRandomly(int seed, int runs) => Explorer.RunRandomly(Program, seed, runs, Bounds.Default with { MaxSteps = 200_000 });

    public void Dispose()
    {
        Program.Dispose();
        foreach (nint buffer in _buffers)
            NativeMemory.AlignedFree((void*)buffer);
    }

    private ref CpuState Own => ref (*_cpus)[_platform.CurrentCpu.Value];

    private void Check()
    {
        Dictionary<ulong, ulong> pages = [];
        HashSet<ulong> writable = [];
        ulong tables = 0;
        Collect(Mapper.Root.Register & AddressBits, 4, 0, true, pages, writable, ref tables);
        foreach (ulong offset in Possible.Where(offset => !Expected.ContainsKey(offset)))
            pages.Remove(Start + offset);
        string expected = string.Join(' ', Expected.OrderBy(one => one.Key).Select(one => $"{Start + one.Key:X}+{one.Value:X}"));
        Assert.AreEqual(expected, string.Join(' ', pages.OrderBy(one => one.Key).Select(one => $"{one.Key:X}+{one.Value:X}")), "pages");
        foreach (ulong offset in Writable)
            Assert.Contains(Start + offset, writable, $"a page that should be writable is not: {offset:X}");
        Assert.AreEqual(tables, Mapper.Statistics.Tables, "the mapper's count of tables");
        if (!Mapper.IsKernel)
            tables += _kernel.Statistics.Tables;
        Assert.IsTrue(Allocator.Validate(), "the books do not agree");
        FrameStatistics frames = Allocator.GetStatistics();
        Assert.AreEqual(tables, frames.TotalFrames - frames.FreeFrames, "frames of tables");
    }

    private void Collect(
        ulong table, int level, ulong address, bool isWritable, Dictionary<ulong, ulong> pages, HashSet<ulong> writable, ref ulong tables)
    {
        tables++;
        int shift = 3 + (9 * level);
        for (ulong index = 0; index < 512; index++)
        {
            ulong entry = Entries(table)[index];
            ulong place = address | (index << shift);
            place |= level == 4 && index >= 256 ? 0xFFFF_0000_0000_0000 : 0;
            if ((entry & 1) == 0)
            {
                Assert.AreEqual(0UL, entry, $"something is left at level {level}, {place:X}");
                continue;
            }

            bool allows = isWritable && (entry & 2) != 0;
            if (level > 1 && !(level <= 3 && (entry & 0x80) != 0))
            {
                Assert.AreEqual(0UL, entry & LockBit, $"a lock is left at level {level}, {place:X}");
                Collect(entry & AddressBits, level - 1, place, allows, pages, writable, ref tables);
                continue;
            }

            pages.Add(place, 1UL << shift);
            if (allows)
                writable.Add(place);
            Assert.AreEqual(Memory + place - Start, entry & AddressBits, $"where {place:X} leads");
        }
    }

    private ulong* Entries(ulong table)
    {
        Assert.IsTrue(table >= FirstFrame * Frame.Size && table < (FirstFrame + FrameCount) * Frame.Size, $"no table: {table:X}");
        return (ulong*)(_memory + (table - (FirstFrame * Frame.Size)));
    }

    private FrameAllocator<MapperPlatform> CreateAllocator()
    {
        ulong mapBytes = MemoryMapBuilder.MetadataSize(1);
        MemoryMapBuilder builder = MemoryMapBuilder.Create(Buffer("map", mapBytes), mapBytes).Value;
        builder.Add(FirstFrame * Frame.Size, FrameCount * Frame.Size, MemoryRegionKind.Usable);
        MemoryMap map = builder.Build().Value;
        ulong earlyBytes = EarlyAllocator.MetadataSize(1);
        EarlyAllocator early = EarlyAllocator.Create(map, Buffer("early", earlyBytes), earlyBytes).Value;
        ulong bytes = FrameAllocator<MapperPlatform>.MetadataSize(map, Cpus);
        void* metadata = Buffer("frames", bytes);
        return FrameAllocator<MapperPlatform>
            .Create(_platform, default, ZoneLayout.Create(PhysAddr.Zero, PhysAddr.Create(1UL << 32)), early, map, metadata, bytes).Value;
    }

    private void* Buffer(string name, ulong bytes, ulong alignment = 64)
    {
        void* buffer = NativeMemory.AlignedAlloc((nuint)bytes, (nuint)alignment);
        NativeMemory.Clear(buffer, (nuint)bytes);
        _buffers.Add((nint)buffer);
        Program.Watch(name, buffer, (int)bytes);
        return buffer;
    }

    private struct CpuState
    {
        public ulong Wire;
        public bool InterruptsOff;
    }

    [InlineArray(Cpus)]
    private struct CpuStates
    {
        private CpuState _first;
    }
}
