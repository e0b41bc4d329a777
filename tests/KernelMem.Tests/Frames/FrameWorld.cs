using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;

namespace KernelMem.Tests.Frames;

/// <summary>What a simulated machine's memory looks like. All numbers are frames of 4 KiB.</summary>
internal sealed record FramePlan
{
    /// <summary>Stretches of usable memory: first frame, count.</summary>
    public required (ulong Start, ulong Count)[] Usable { get; init; }

    public ulong DmaEnd { get; init; }

    public ulong NormalEnd { get; init; } = 1UL << 20;

    /// <summary>What was given out before the allocator.</summary>
    public (ulong Start, ulong Count)[] Early { get; init; } = [];

    /// <summary>How far the direct map reaches; null is all memory.</summary>
    public ulong? Reach { get; init; }

    public int Cpus { get; init; } = 1;

    /// <summary>What the processors can do; the usual if null.</summary>
    public MmuFeatures? Features { get; init; }

    /// <summary>What makes the machine do its worst; null on an ordinary one.</summary>
    public AdversaryOptions? Adversary { get; init; }

    /// <summary>Where memory may end that is added later; 0 if none is.</summary>
    public ulong Limit { get; init; }

    /// <summary>What is on another node than 0: first frame, count, node. Said in this order.</summary>
    public (ulong Start, ulong Count, int Node)[] Nodes { get; init; } = [];

    /// <summary>Where CPUs are at home; those that are not named are at home on node 0.</summary>
    public int[] Homes { get; init; } = [];

    public ulong End => Usable.Max(range => range.Start + range.Count);

    /// <summary>The end of what the allocator can ever manage.</summary>
    public ulong TableEnd => Math.Max(End, Limit);
}

/// <summary>
/// A machine with a frame allocator, which the calling thread enters as CPU 0. The metadata lies against a guard page, and every
/// byte of memory is <see cref="Filler"/>, so that it shows what is written.
/// </summary>
internal unsafe class FrameWorld<TPlatform> : IDisposable
    where TPlatform : unmanaged, IPlatform
{
    public const byte Filler = 0xA5;

    private readonly BuiltMap _map;
    private readonly GuardedMemory _earlyMetadata;
    private readonly SimulatedMachine.CpuScope _scope;

    public FrameWorld(FramePlan plan, Func<SimulatedMachine, TPlatform> platform, bool fill = true)
    {
        Plan = plan;
        Zones = ZoneLayout.Create(At(plan.DmaEnd).Start, At(plan.NormalEnd).Start);
        _map = BuiltMap.From([.. plan.Usable.Select(range => new RawEntry(range.Start << 12, range.Count << 12, MemoryRegionKind.Usable))]);
        ulong earlyBytes = EarlyAllocator.MetadataSize(plan.Usable.Length + plan.Early.Length);
        _earlyMetadata = GuardedMemory.AgainstEnd((int)earlyBytes);
        Early = EarlyAllocator.Create(Map, _earlyMetadata.Start, earlyBytes).Value;
        foreach ((ulong start, ulong count) in plan.Early)
            Early.AllocateAt(FrameRange<Size4KiB>.Create(At(start), count)).Expect("early memory is there");

        Machine = new SimulatedMachine(plan.TableEnd << 12, plan.Cpus, plan.Features, plan.Adversary);
        _scope = Machine.Enter(0);
        if (fill)
            Machine.Memory.Bytes(PhysAddr.Zero, (int)Machine.Memory.Length).Fill(Filler);

        DirectMap = KernelMem.Platform.DirectMap.Create(Machine.Memory.DirectMap.Base, (plan.Reach ?? plan.TableEnd) << 12);
        Metadata = GuardedMemory.AgainstEnd((int)FrameAllocator<TPlatform>.MetadataSize(Map, plan.Cpus, plan.Limit));
        Allocator = FrameAllocator<TPlatform>
            .Create(platform(Machine), DirectMap, Zones, Early, Map, Metadata.Start, (ulong)Metadata.Length, plan.Limit).Value;
        foreach ((ulong start, ulong count, int node) in plan.Nodes)
            Allocator.AssignNode(Range(start, count), node);

        for (int cpu = 0; cpu < Math.Min(plan.Homes.Length, plan.Cpus); cpu++)
            Allocator.SetHomeNode(new CpuId(cpu), plan.Homes[cpu]);
    }

    public FramePlan Plan { get; }

    public ZoneLayout Zones { get; }

    public MemoryMap Map => _map.Map;

    public EarlyAllocator Early { get; }

    public SimulatedMachine Machine { get; }

    public KernelMem.Platform.DirectMap DirectMap { get; }

    public GuardedMemory Metadata { get; }

    public FrameAllocator<TPlatform> Allocator { get; }

    public static Frame At(ulong number) => Frame.FromNumber(number);

    public static FrameRange<Size4KiB> Range(ulong start, ulong count) => FrameRange<Size4KiB>.Create(At(start), count);

    public Span<byte> Memory(FrameRange<Size4KiB> frames) => Machine.Memory.Bytes(frames.Start.Start, (int)frames.Bytes.Length);

    /// <summary>Takes single frames until none is left.</summary>
    public List<OwnedFrame> TakeAll(FrameUse use = FrameUse.User)
    {
        List<OwnedFrame> taken = [];
        while (Allocator.Allocate(use).TryGet(out OwnedFrame block, out FrameError error))
        {
            taken.Add(block);
            Assert.IsLessThanOrEqualTo(Plan.TableEnd, (ulong)taken.Count, "more frames than there are");
            Assert.AreEqual(FrameError.None, error);
        }

        return taken;
    }

    /// <summary>Makes an allocated frame's allocation another one, mark included.</summary>
    public void SetGeneration(Frame frame, uint generation)
    {
        FrameTable table = Allocator.Books->Table;
        table.Generation((uint)frame.Number) = generation;
        table.Mark((uint)frame.Number) = FrameMark.Allocated(FrameMark.Use(table.Mark((uint)frame.Number)), generation);
    }

    public void FreeAll(IEnumerable<OwnedFrame> blocks)
    {
        foreach (OwnedFrame block in blocks)
            Assert.IsTrue(Allocator.Free(block).IsSuccess);
    }

    /// <summary>How free memory lies: for each zone, how many blocks of each order, and the longest run.</summary>
    public string FreeText() => string.Join(" | ", Enum.GetValues<MemoryZone>().Select(zone =>
    {
        FreeBlocks blocks = Allocator.GetFreeBlocks(zone);
        return $"{string.Join(' ', Enumerable.Range(0, 11).Select(order => blocks.Count(order)))} longest {blocks.LongestRun}";
    }));

    public void Dispose()
    {
        _scope.Dispose();
        Machine.Dispose();
        Metadata.Dispose();
        _earlyMetadata.Dispose();
        _map.Dispose();
    }
}

/// <summary>The same with simulated CPUs.</summary>
internal sealed class FrameWorld(FramePlan plan, bool fill = true)
    : FrameWorld<SimulatedPlatform>(plan, static machine => machine.Platform, fill)
{
    /// <summary>One zone, with frames 1 to 255 usable.</summary>
    public static FrameWorld Small() => new(new FramePlan { Usable = [(1, 255)] });
}
