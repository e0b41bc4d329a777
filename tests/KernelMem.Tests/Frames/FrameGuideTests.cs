using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Docs;

namespace KernelMem.Tests.Frames;

/// <summary>The examples of <c>docs/frames.md</c>, word for word, and what they give.</summary>
[TestClass]
public sealed unsafe class FrameGuideTests
{
    private static int s_told;

    [TestMethod]
    public void The_guide_shows_code_that_runs_and_explains_every_error()
    {
        string guide = GuideText.Guide("frames.md");
        Assert.HasCount(7, GuideText.CSharpBlocks(guide));
        Assert.IsEmpty(GuideText.Missing(guide, [GuideText.Guide("../tests/KernelMem.Tests/Frames/FrameGuideTests.cs")]));
        foreach (string name in Enum.GetNames<FrameError>().Where(name => name != nameof(FrameError.None)))
            Assert.Contains($"| `{name}` |", guide, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_kernel_starts_as_the_guide_says()
    {
        using var machine = new SimulatedMachine(32UL << 20);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        using BuiltMap built = BuiltMap.From(new RawEntry(0x1000, (32UL << 20) - 0x1000, MemoryRegionKind.Usable));
        using GuardedMemory earlyMetadata = GuardedMemory.AgainstEnd((int)EarlyAllocator.MetadataSize(1));
        EarlyAllocator early = EarlyAllocator.Create(built.Map, earlyMetadata.Start, (ulong)earlyMetadata.Length).Value;

        FrameAllocator<SimulatedPlatform> frames = Start(machine.Platform, machine.Memory.DirectMap, early, built.Map);
        Assert.AreEqual(22UL, frames.FramesInUse(FrameUse.Reserved), "the table of 8192 frames and a header");
        ulong free = frames.GetStatistics().FreeFrames;
        Use(frames);
        Assert.AreEqual(free, frames.GetStatistics().FreeFrames);
        Assert.IsTrue(frames.Validate());
    }

    private static FrameAllocator<TPlatform> Start<TPlatform>(TPlatform platform, DirectMap directMap, EarlyAllocator early, MemoryMap map)
        where TPlatform : unmanaged, IPlatform
    {
        ulong bytes = FrameAllocator<TPlatform>.MetadataSize(map, platform.CpuLimit);
        FrameRange<Size4KiB> room = early.Allocate((bytes + Frame.Size - 1) / Frame.Size).Expect("a kernel needs its frame table");
        void* metadata = (void*)directMap.ToVirtual(room.Start.Start).Value;
        if (!FrameAllocator<TPlatform>.Create(platform, directMap, ZoneLayout.Standard, early, map, metadata, bytes)
            .TryGet(out FrameAllocator<TPlatform> frames, out FrameError error))
            Panic.Now(FrameErrors.Message(error));

        return frames;
    }

    private static void Use<TPlatform>(FrameAllocator<TPlatform> frames)
        where TPlatform : unmanaged, IPlatform
    {
        OwnedFrame page = frames.Allocate(FrameUse.User).Expect("there is memory"); // one frame, not zeroed

        // 64 KiB below 16 MiB for an old device, zeroed.
        FrameRequest request = FrameRequest.For(FrameUse.Dma).WithZone(MemoryZone.Dma).WithOrder(4).WithZeroed(true);
        OwnedFrame buffer = frames.Allocate(request).Expect("there is DMA memory");

        // A ring of 100 frames below 4 GiB that crosses no multiple of 16 MiB.
        FrameRequest ring = FrameRequest.For(FrameUse.Dma).WithLimit(PhysAddr.Create(1UL << 32)).WithBoundary(16UL << 20);
        OwnedFrameRange run = frames.AllocateContiguous(100, ring).Expect("there is memory for the ring");
        frames.Free(run).Expect("the ring is ours");

        Assert.IsLessThanOrEqualTo(16UL << 20, buffer.Range.Bytes.EndExclusive);
        Assert.IsGreaterThanOrEqualTo(16UL << 20, page.Start.Start.Value);

        Near(frames);
        frames.Free(buffer).Expect("the buffer is ours");

        Frame bare = page.Release();
        frames.Free(bare, FrameUse.User).Expect("the page is ours");

        Many(frames);
        Watermarks marks = new() { Min = 256, Low = 4096, High = 8192, FallbackReserve = 1024 };
        frames.SetWatermarks(MemoryZone.Normal, marks, &OnPressure, null);
        Assert.AreEqual(1, s_told, "16 MiB of normal memory are less than 4096 frames");
    }

    private static void Near<TPlatform>(FrameAllocator<TPlatform> frames)
        where TPlatform : unmanaged, IPlatform
    {
        frames.AssignNode(FrameRange<Size4KiB>.Create(Frame.FromNumber(4096), 4096), 1); // 16 MiB from 16 MiB on
        frames.SetHomeNode(new CpuId(0), 1);

        OwnedFrame near = frames.Allocate(FrameUse.User).Expect("there is memory"); // prefers node 1, the CPU's home
        OwnedFrame far = frames.Allocate(FrameRequest.For(FrameUse.User).WithNode(0)).Expect("there is memory"); // prefers node 0

        Assert.AreEqual(1, frames.NodeOf(near.Start));
        Assert.AreEqual(1, frames.NodeOf(far.Start), "node 0 has DMA memory only");
        frames.Free(near).Expect("it is ours");
        frames.Free(far).Expect("it is ours");
    }

    private static void Many<TPlatform>(FrameAllocator<TPlatform> frames)
        where TPlatform : unmanaged, IPlatform
    {
        Span<Frame> many = stackalloc Frame[512];
        frames.AllocateMany(FrameUse.User, many).Expect("all of them, or none");
        frames.FreeMany(many, FrameUse.User, out int freed).Expect("all of them are ours");

        // Interrupts are off from EnterCpu to Leave: the fastest way to allocate and free several frames.
        LocalFrameAllocator<TPlatform> cpu = frames.EnterCpu();
        OwnedFrame first = cpu.Allocate(FrameUse.Kernel).Expect("there is memory");
        OwnedFrame second = cpu.Allocate(FrameUse.Kernel).Expect("there is memory");
        cpu.Free(first).Expect("it is ours");
        cpu.Free(second).Expect("it is ours");
        cpu.Leave();

        Assert.AreEqual(512, freed);
    }

    private static void OnPressure(MemoryZone zone, MemoryPressure pressure, void* context)
    {
        Assert.AreEqual(MemoryPressure.Low, pressure);
        s_told++;
    }
}
