using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Paging;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>Page faults, as the simulated CPU raises them.</summary>
[TestClass]
public sealed class FaultTests
{
    private const ulong Smap = 1UL << 21;

    [TestMethod]
    [DataRow(AddressWidth.Bits48)]
    [DataRow(AddressWidth.Bits57)]
    public void The_first_touch_maps_a_zeroed_frame(AddressWidth width)
    {
        using var world = new SpaceWorld(width);
        foreach (OwnedFrame frame in world.Paging.Frames.TakeAll())
        {
            world.Paging.Frames.Memory(frame.Range).Fill(0xA5);
            Assert.IsTrue(world.Frames.Free(frame).IsSuccess);
        }

        AddressSpace<SimulatedPlatform> program = world.CreateUser();
        world.Use(program);
        VirtRange range = program.Allocate(0x4000, RegionKind.UserData, Protection.UserData, RegionBacking.OnDemand).Value;
        Assert.AreEqual(0UL, world.Frames.FramesInUse(FrameUse.User));
        world.Cpu.Privilege = Privilege.User;
        Assert.AreEqual(0UL, world.Cpu.Read<ulong>(range.Start + 0x1FFC), "over two pages");
        world.Cpu.WriteByte(range.Start, 9);
        Assert.AreEqual(9, world.Cpu.ReadByte(range.Start));
        world.Cpu.Privilege = Privilege.Supervisor;
        Assert.AreEqual(3UL, world.Frames.FramesInUse(FrameUse.User));
        FaultStatistics faults = program.GetStatistics().Faults;
        Assert.AreEqual((3UL, 0UL, 0UL, 0UL, 3UL), (faults.Mapped, faults.Retried, faults.Denied, faults.OutOfMemory, faults.Total));
        Assert.AreEqual(new MmuView(world.View(range.Start.Value).Physical, 4096, "rw-", "rw-"), world.View(range.Start.Value));
    }

    // The handler of an interrupt that comes in the midst of it: what it interrupted cannot go on before the handler is done.
    [TestMethod]
    [DataRow(RegionBacking.Committed)]
    [DataRow(RegionBacking.OnDemand)]
    public void A_fault_in_the_midst_of_protecting_goes_by_the_new_protection(RegionBacking backing)
    {
        using var world = new SpaceWorld(cpus: 2);
        using SimulatedMachine.CpuScope scope = world.Machine.Enter(0);
        VirtRange range = world.Kernel.Allocate(100 << 12, RegionKind.KernelData, Protection.KernelReadOnly, backing).Value;
        for (ulong page = 0; page < 99; page++)
            world.Cpu.ReadByte(range.Start + (page << 12));
        bool wrote = false;
        world.Machine.InterruptHandler = (cpu, _) =>
        {
            if (!wrote)
            {
                wrote = true;
                cpu.WriteByte(range.Start + (98 << 12), 7); // its turn has not come: 64 pages are done at a time
                cpu.WriteByte(range.Last, 8);
            }

            world.Paging.Tlb.HandleInterrupt();
        };

        Assert.IsTrue(world.Kernel.Protect(range, Protection.KernelData).IsSuccess);

        Assert.IsTrue(wrote);
        Assert.AreEqual((7, 8), (world.Cpu.ReadByte(range.Start + (98 << 12)), world.Cpu.ReadByte(range.Last)));
    }

    [TestMethod]
    public void What_the_region_does_not_allow_is_denied()
    {
        using var world = new SpaceWorld();
        AddressSpace<SimulatedPlatform> program = world.CreateUser();
        world.Use(program);
        foreach (RegionBacking backing in new[] { RegionBacking.OnDemand, RegionBacking.Committed })
        {
            VirtRange constant = program.Allocate(1, RegionKind.UserData, Protection.UserReadOnly, backing).Value;
            Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(constant.Start.Value, MemoryAccess.Write, Privilege.User));
            Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(constant.Start.Value, MemoryAccess.Execute, Privilege.User));
            Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(constant.Start.Value, MemoryAccess.Write));
            Assert.IsNull(world.Try(constant.Start.Value, MemoryAccess.Read, Privilege.User));
            VirtRange code = program.Allocate(1, RegionKind.UserCode, Protection.UserCode, backing).Value;
            Assert.IsNull(world.Try(code.Start.Value, MemoryAccess.Execute, Privilege.User));
            Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(code.Start.Value, MemoryAccess.Write, Privilege.User));
        }

        VirtRange fresh = program.Allocate(1, RegionKind.UserCode, Protection.UserCode, RegionBacking.OnDemand).Value;
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(fresh.Start.Value, MemoryAccess.Execute), "the kernel executes nothing of a program's");
        Assert.AreEqual(FaultOutcome.NoRegion, world.Try(0x10, MemoryAccess.Read, Privilege.User), "null");
        world.Use(world.Kernel);
        VirtRange kernel = world.Kernel.Allocate(0x2000, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(kernel.Start.Value, MemoryAccess.Read, Privilege.User), "not there yet");
        Assert.IsNull(world.Try(kernel.Start.Value, MemoryAccess.Write));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(kernel.Start.Value, MemoryAccess.Read, Privilege.User), "there");
        world.Use(program);
        Assert.AreEqual(FaultOutcome.NoRegion, world.Try(kernel.Start.Value, MemoryAccess.Read, Privilege.User), "from a program");
        Assert.AreEqual(1UL, world.Frames.FramesInUse(FrameUse.Kernel));
    }

    [TestMethod]
    public void The_kernel_touches_a_programs_memory_only_where_it_says_so()
    {
        using var world = new SpaceWorld();
        AddressSpace<SimulatedPlatform> program = world.CreateUser();
        world.Use(program);
        world.Cpu.Cr4 |= Smap;
        VirtRange range = program.Allocate(1, RegionKind.UserData, Protection.UserData, RegionBacking.OnDemand).Value;
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(range.Start.Value, MemoryAccess.Read));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(range.Start.Value, MemoryAccess.Write), "and it does not loop");
        world.Cpu.UserAccessAllowed = true;
        Assert.IsNull(world.Try(range.Start.Value, MemoryAccess.Write));
        world.Cpu.UserAccessAllowed = false;
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Try(range.Start.Value, MemoryAccess.Read));
    }

    [TestMethod]
    public void A_stale_translation_is_tried_again_and_nothing_else_is()
    {
        using var world = new SpaceWorld();
        VirtRange range = world.Kernel.Allocate(1, RegionKind.KernelData, Protection.KernelReadOnly).Value;
        _ = world.Cpu.ReadByte(range.Start);

        // As if another CPU had just allowed it and this one had not flushed yet.
        ulong place = world.Paging.Place(world.Kernel.Root.Register, range.Start.Value, 1);
        world.Paging.Write(place, world.Paging.Read(place) | 2);
        Assert.IsNull(world.Try(range.Start.Value, MemoryAccess.Write));
        Assert.AreEqual(1UL, world.Kernel.GetStatistics().Faults.Retried);

        Assert.AreEqual(FaultOutcome.DamagedTables, world.Kernel.HandleFault(range.Start, PageFaultErrorCode.FromRaw(1 | 8)));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.Kernel.HandleFault(range.Start, PageFaultErrorCode.FromRaw(1 | 32)), "protection key");
        Assert.AreEqual(FaultOutcome.Retry, world.Kernel.HandleFault(range.Start, PageFaultErrorCode.FromRaw(0)));
        Assert.AreEqual(2UL, world.Kernel.GetStatistics().Faults.Denied);
    }

    [TestMethod]
    public void A_reserved_bit_is_damage()
    {
        using var world = new SpaceWorld();
        VirtRange range = world.Kernel.Allocate(1, RegionKind.KernelData, Protection.KernelData).Value;
        ulong place = world.Paging.Place(world.Kernel.Root.Register, range.Start.Value, 1);
        ulong good = world.Paging.Read(place);
        world.Paging.Write(place, good | (1UL << 50)); // beyond the 46 bits of the machine
        Assert.AreEqual(FaultOutcome.DamagedTables, world.Try(range.Start.Value, MemoryAccess.Read));
        world.Paging.Write(place, good);
        Assert.IsNull(world.Try(range.Start.Value, MemoryAccess.Read));
    }

    [TestMethod]
    public void A_fault_without_a_frame_left_changes_nothing_and_can_be_tried_later()
    {
        int failures = 0;
        for (ulong left = 0; left < 5; left++)
        {
            using var world = new SpaceWorld();
            VirtRange range = world.Kernel.Allocate(0x40_0000, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;
            var taken = world.Paging.Frames.TakeAll();
            for (int i = 0; i < (int)left; i++)
                Assert.IsTrue(world.Frames.Free(taken[i]).IsSuccess);
            string before = world.Snapshot(world.Kernel);
            if (world.Try(range.Start.Value, MemoryAccess.Write) is { } outcome)
            {
                failures++;
                Assert.AreEqual(FaultOutcome.OutOfMemory, outcome, $"{left} left");
                Assert.AreEqual(before, world.Snapshot(world.Kernel), $"{left} left");
                Assert.AreEqual(1UL, world.Kernel.GetStatistics().Faults.OutOfMemory);
                for (int i = (int)left; i < taken.Count; i++)
                    Assert.IsTrue(world.Frames.Free(taken[i]).IsSuccess);
                Assert.IsNull(world.Try(range.Start.Value, MemoryAccess.Write), "now there is one");
            }
        }

        Assert.AreEqual(3, failures, "a frame, a page directory and a page table; the rest was prepared");
    }
}
