using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Frames;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Paging;

/// <summary>What must be the same after a failure: every entry of every table, the free frames, the mapper's books.</summary>
internal sealed record PagingSnapshot(string Tables, ulong FreeFrames, MapperStatistics Books);

/// <summary>What the MMU lets the supervisor and a program do: the letters r, w, x where they may, '-' where not.</summary>
internal readonly record struct MmuView(ulong Physical, ulong PageBytes, string Supervisor, string User)
{
    public bool IsMapped => PageBytes != 0;
}

/// <summary>
/// A simulated machine with a kernel's mapper. Tables are looked at with plain numbers of the manual: bit 0 P, 1 R/W, 2 U/S, 3 PWT,
/// 4 PCD, 7 PS, 63 XD, 51:12 the address.
/// </summary>
internal sealed unsafe class PagingWorld : IDisposable
{
    public const ulong User = 0x1000_0000;
    public const ulong HeapStart = 0x4444_4444_0000;
    public const ulong Devices = 0xFFFF_A000_0000_0000;
    public const ulong Dynamic = 0xFFFF_C000_0000_0000;
    public const ulong Unassigned = 0x9000_0000;
    public const byte Vector = 0xFD;

    private readonly FrameWorld _frames;
    private readonly List<GuardedMemory> _buffers = [];
    private readonly AddressLayout _layout;

    public PagingWorld(AddressWidth width = AddressWidth.Bits48, int cpus = 1, ulong frames = 4095, ulong? reach = null, AddressLayout? layout = null, MmuFeatures? features = null)
    {
        Width = width;
        _layout = layout ?? AddressLayout.Standard;
        _frames = new FrameWorld(new FramePlan { Usable = [(1, frames)], Cpus = cpus, Reach = reach, Features = features }, fill: false);
        foreach (SimulatedCpu cpu in Machine.Cpus)
            cpu.Cr4 |= width == AddressWidth.Bits57 ? 1UL << 12 : 0;
        ulong bytes = TlbShootdown<SimulatedPlatform>.MetadataSize(Machine.Platform.CpuLimit);
        Tlb = TlbShootdown<SimulatedPlatform>.Create(Machine.Platform, Vector, Buffer(bytes), bytes).Value;
        Machine.InterruptHandler = (_, vector) =>
        {
            Assert.AreEqual(Vector, vector);
            Tlb.HandleInterrupt();
        };
        Kernel = CreateKernel().Value;
    }

    public AddressWidth Width { get; }

    public SimulatedMachine Machine => _frames.Machine;

    public FrameAllocator<SimulatedPlatform> Allocator => _frames.Allocator;

    public DirectMap DirectMap => _frames.DirectMap;

    public FrameWorld Frames => _frames;

    public TlbShootdown<SimulatedPlatform> Tlb { get; }

    public PageMapper<SimulatedPlatform> Kernel { get; }

    public ulong FreeFrames => Allocator.GetStatistics().FreeFrames;

    public int Levels => Width == AddressWidth.Bits57 ? 5 : 4;

    public byte* Buffer(ulong bytes)
    {
        var buffer = GuardedMemory.AgainstEnd((int)bytes);
        _buffers.Add(buffer);
        return buffer.Start;
    }

    public Result<PageMapper<SimulatedPlatform>, MapFailure> CreateKernel(EntryFormat format = default)
    {
        ulong bytes = PageMapper<SimulatedPlatform>.KernelMetadataSize(Machine.Platform.CpuLimit);
        return PageMapper<SimulatedPlatform>.CreateKernel(Machine.Platform, Allocator, DirectMap, _layout, Width, Buffer(bytes), bytes, format);
    }

    public Result<PageMapper<SimulatedPlatform>, MapFailure> Adopt(ulong root, EntryFormat format = default)
    {
        ulong bytes = PageMapper<SimulatedPlatform>.KernelMetadataSize(Machine.Platform.CpuLimit);
        return PageMapper<SimulatedPlatform>.AdoptKernel(
            Machine.Platform, PageTableRoot.FromRegister(root), Allocator, DirectMap, _layout, Width, Buffer(bytes), bytes, format);
    }

    public Result<PageMapper<SimulatedPlatform>, MapFailure> CreateUser() => CreateUserOf(Kernel);

    public Result<PageMapper<SimulatedPlatform>, MapFailure> CreateUserOf(PageMapper<SimulatedPlatform> kernel)
    {
        ulong bytes = PageMapper<SimulatedPlatform>.MetadataSize;
        return kernel.CreateUser(Buffer(bytes), bytes);
    }

    /// <summary>A frame, filled with a byte.</summary>
    public Frame Take(byte filler = 0, FrameUse use = FrameUse.User)
    {
        Frame frame = Allocator.Allocate(use).Value.Release();
        Machine.Memory.Bytes(frame.Start, 4096).Fill(filler);
        return frame;
    }

    /// <summary>Takes frames until no more than some are free.</summary>
    public void LeaveFrames(ulong count)
    {
        List<OwnedFrame> taken = _frames.TakeAll();
        for (ulong i = 0; i < count; i++)
            Assert.IsTrue(Allocator.Free(taken[(int)i]).IsSuccess);
        Assert.AreEqual(count, FreeFrames);
    }

    public MmuRegisters Registers(ulong root)
    {
        MmuRegisters registers = MmuRegisters.LongMode(root);
        return Width == AddressWidth.Bits57 ? registers with { Cr4 = registers.Cr4 | (1UL << 12) } : registers;
    }

    /// <summary>What the MMU, without any TLB, makes of an address.</summary>
    public MmuView View(PageMapper<SimulatedPlatform> mapper, ulong address) => View(mapper.Root.Register, address);

    /// <inheritdoc cref="View(PageMapper{SimulatedPlatform}, ulong)"/>
    public MmuView View(ulong root, ulong address) =>
        ViewBy((access, privilege) => Machine.Mmu.Probe(Registers(root), VirtAddr.CreateUnchecked(address), access, privilege));

    /// <summary>What a CPU makes of an address, with what it remembers.</summary>
    public static MmuView ViewOf(SimulatedCpu cpu, ulong address) => ViewBy((access, privilege) =>
    {
        Privilege before = cpu.Privilege;
        cpu.Privilege = privilege;
        MmuResult result = cpu.Translate(VirtAddr.CreateUnchecked(address), access);
        cpu.Privilege = before;
        return result;
    });

    public static MmuView ViewBy(Func<MemoryAccess, Privilege, MmuResult> mmu)
    {
        ulong physical = 0;
        ulong bytes = 0;
        string Rights(Privilege privilege)
        {
            var text = new StringBuilder();
            foreach ((MemoryAccess access, char letter) in new[] { (MemoryAccess.Read, 'r'), (MemoryAccess.Write, 'w'), (MemoryAccess.Execute, 'x') })
            {
                MmuResult result = mmu(access, privilege);
                bool allowed = result.Outcome == MmuOutcome.Translated;
                text.Append(allowed ? letter : '-');
                if (allowed)
                    (physical, bytes) = (result.Translation.Address.Value, result.Translation.PageBytes);
            }

            return text.ToString();
        }

        string supervisor = Rights(Privilege.Supervisor);
        string user = Rights(Privilege.User);
        return new MmuView(physical, bytes, supervisor, user);
    }

    /// <summary>Where the entry of a level for an address stands; 0 if there is no table of that level.</summary>
    public ulong Place(ulong root, ulong address, int level)
    {
        ulong table = root & 0x000F_FFFF_FFFF_F000;
        for (int at = Levels; ; at--)
        {
            ulong place = table + (8 * ((address >> (12 + (9 * (at - 1)))) & 511));
            if (at == level)
                return place;
            ulong entry = Read(place);
            if ((entry & 1) == 0 || (at <= 3 && (entry & 0x80) != 0))
                return 0;
            table = entry & 0x000F_FFFF_FFFF_F000;
        }
    }

    public ulong Entry(PageMapper<SimulatedPlatform> mapper, ulong address, int level)
    {
        ulong place = Place(mapper.Root.Register, address, level);
        return place == 0 ? 0 : Read(place);
    }

    public ulong Read(ulong place) => Machine.Memory.Read<ulong>(PhysAddr.Create(place));

    public void Write(ulong place, ulong entry) => Machine.Memory.Write(PhysAddr.Create(place), entry);

    public PagingSnapshot Snapshot(PageMapper<SimulatedPlatform> mapper)
    {
        var text = new StringBuilder();
        Dump(mapper.Root.Register & 0x000F_FFFF_FFFF_F000, Levels, text);
        return new PagingSnapshot(text.ToString(), FreeFrames, mapper.Statistics);
    }

    /// <summary>The tables of a tree, root included, as their frames' addresses.</summary>
    public HashSet<ulong> Tables(PageMapper<SimulatedPlatform> mapper)
    {
        HashSet<ulong> tables = [];
        Collect(mapper.Root.Register & 0x000F_FFFF_FFFF_F000, Levels, tables);
        return tables;
    }

    /// <summary>
    /// Runs CPUs 1 to a count, each on a thread of its own. What fails is thrown when all have ended: meanwhile the others need the world,
    /// and a CPU that nobody executes any more still answers.
    /// </summary>
    public void RunCpus(int count, Action<SimulatedCpu, int> body)
    {
        var failures = new ConcurrentQueue<ExceptionDispatchInfo>();
        using var entered = new Barrier(count);
        Contention.Run(count, number =>
        {
            // All enter before any sends: whoever interrupts a CPU that nobody executes does so itself, and then it cannot be entered.
            using SimulatedMachine.CpuScope scope = Machine.Enter(number + 1);
            entered.SignalAndWait();
            try
            {
                body(scope.Cpu, number);
            }
            catch (Exception failure)
            {
                failures.Enqueue(ExceptionDispatchInfo.Capture(failure));
            }
        });
        if (failures.TryDequeue(out ExceptionDispatchInfo? first))
            first.Throw();
    }

    public static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);

    public static Page<TSize> PageAt<TSize>(ulong address)
        where TSize : unmanaged, IPageSize => Page<TSize>.Create(At(address));

    public static Page<Size4KiB> PageAt(ulong address) => PageAt<Size4KiB>(address);

    public static Frame<TSize> FrameAt<TSize>(ulong address)
        where TSize : unmanaged, IPageSize => Frame<TSize>.Create(PhysAddr.Create(address));

    public static Frame<Size4KiB> FrameAt(ulong address) => FrameAt<Size4KiB>(address);

    public void Dispose()
    {
        _frames.Dispose();
        foreach (GuardedMemory buffer in _buffers)
            buffer.Dispose();
    }

    private void Dump(ulong table, int level, StringBuilder text)
    {
        for (ulong place = table; place < table + 4096; place += 8)
        {
            ulong entry = Read(place);
            if (entry != 0)
                text.Append($"{place:X}={entry:X} ");
            if (IsTable(entry, level))
                Dump(entry & 0x000F_FFFF_FFFF_F000, level - 1, text);
        }
    }

    private void Collect(ulong table, int level, HashSet<ulong> tables)
    {
        tables.Add(table);
        for (ulong place = table; place < table + 4096; place += 8)
        {
            ulong entry = Read(place);
            if (IsTable(entry, level))
                Collect(entry & 0x000F_FFFF_FFFF_F000, level - 1, tables);
        }
    }

    private bool IsTable(ulong entry, int level) =>
        level > 1 && (entry & 1) != 0 && !(level <= 3 && (entry & 0x80) != 0) && (entry & 0x000F_FFFF_FFFF_F000) < Machine.Memory.Length;
}
