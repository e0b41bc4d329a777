using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;

namespace KernelMem.Tests.Manager;

/// <summary>How the manager comes up: in order only, from a map or a stated range, with its own tables or adopted ones.</summary>
[TestClass]
public sealed unsafe class ManagerStartTests
{
    private const ulong MiB = ManagerWorld.MiB;

    // Every call that has an order: the first state in which it works, and the last; the answer is whether it said "out of order".
    private static readonly (string Name, MemoryManagerState From, MemoryManagerState To, Func<ManagerWorld, bool> IsRefused)[] Calls =
    [
        ("StartPaging", MemoryManagerState.Frames, MemoryManagerState.Frames, world => Refused(world.Manager.StartPaging(world.Options))),
        ("AdoptPaging", MemoryManagerState.Frames, MemoryManagerState.Frames, world => Refused(world.Manager.AdoptPaging(world.Options))),
        ("MapDirectMap", MemoryManagerState.Paging, MemoryManagerState.Paging, world => Refused(world.Manager.MapDirectMap(world.Map, default))),
        ("Activate", MemoryManagerState.Paging, MemoryManagerState.Paging, world => Refused(world.Manager.Activate(world.Machine.Memory.DirectMap))),
        ("StartHeap", MemoryManagerState.Active, MemoryManagerState.Active, world => Refused(world.Manager.StartHeap())),
        ("AllocateFrame", MemoryManagerState.Frames, MemoryManagerState.Ready, world => Refused(world.Manager.AllocateFrame())),
        ("AllocateFrameInZone", MemoryManagerState.Frames, MemoryManagerState.Ready, world => Refused(world.Manager.AllocateFrameInZone(MemoryZone.Dma))),
        ("FreeFrame", MemoryManagerState.Frames, MemoryManagerState.Ready, world => Refused(world.Manager.FreeFrame(default))),
        ("MapIdentity", MemoryManagerState.Paging, MemoryManagerState.Ready, world => Refused(world.Manager.MapIdentity(default, default))),
        ("MapDevice", MemoryManagerState.Paging, MemoryManagerState.Ready, world => Refused(world.Manager.MapDevice(default))),
        ("AllocateMemory", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.AllocateMemory(0, RegionKind.KernelData))),
        ("DeallocateMemory", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.DeallocateMemory(default))),
        ("ProtectMemory", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.ProtectMemory(default, default))),
        ("CreateAddressSpace", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.CreateAddressSpace())),
        ("DestroyAddressSpace", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.DestroyAddressSpace(default))),
        ("JoinCpu", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.JoinCpu())),
        ("LeaveCpu", MemoryManagerState.Active, MemoryManagerState.Ready, world => Refused(world.Manager.LeaveCpu())),
        ("AllocateHeap", MemoryManagerState.Ready, MemoryManagerState.Ready, world => Refused(world.Manager.AllocateHeap(0))),
        ("AllocateHeapZeroed", MemoryManagerState.Ready, MemoryManagerState.Ready, world => Refused(world.Manager.AllocateHeapZeroed(0))),
        ("ReallocateHeap", MemoryManagerState.Ready, MemoryManagerState.Ready, world => Refused(world.Manager.ReallocateHeap(default, 1))),
        ("FreeHeap", MemoryManagerState.Ready, MemoryManagerState.Ready, world => Refused(world.Manager.FreeHeap(default))),
        ("Frames", MemoryManagerState.Frames, MemoryManagerState.Ready, world => Panics(() => _ = world.Manager.Frames)),
        ("KernelSpace", MemoryManagerState.Paging, MemoryManagerState.Ready, world => Panics(() => _ = world.Manager.KernelSpace)),
        ("Tlb", MemoryManagerState.Paging, MemoryManagerState.Ready, world => Panics(() => _ = world.Manager.Tlb)),
        ("CurrentSpace", MemoryManagerState.Active, MemoryManagerState.Ready, world => Panics(() => _ = world.Manager.CurrentSpace)),
        ("Heap", MemoryManagerState.Ready, MemoryManagerState.Ready, world => Panics(() => _ = world.Manager.Heap)),
    ];

    [TestMethod]
    public void A_call_out_of_order_is_refused_and_does_nothing()
    {
        foreach (MemoryManagerState state in Enum.GetValues<MemoryManagerState>())
        {
            using ManagerWorld world = new(state);
            string before = world.Picture();
            ulong cr3 = world.Cpu.Cr3;
            foreach ((string name, MemoryManagerState from, MemoryManagerState to, Func<ManagerWorld, bool> isRefused) in Calls)
            {
                if (state >= from && state <= to)
                    continue;
                Assert.IsTrue(isRefused(world), $"{name} in state {state}");
                Assert.AreEqual(state, world.Manager.State, name);
                Assert.AreEqual(before, world.Picture(), name);
                Assert.AreEqual(cr3, world.Cpu.Cr3, name);
            }
        }
    }

    [TestMethod]
    public void A_call_in_order_is_not_refused_for_its_order()
    {
        foreach ((string name, MemoryManagerState from, MemoryManagerState to, Func<ManagerWorld, bool> isRefused) in Calls)
        {
            for (MemoryManagerState state = from; state <= to && name != "DestroyAddressSpace" && name != "AdoptPaging"; state++)
            {
                using ManagerWorld world = new(state);
                Assert.IsFalse(isRefused(world), $"{name} in state {state}");
            }
        }
    }

    [TestMethod]
    public void What_has_no_order_answers_in_every_state()
    {
        foreach (MemoryManagerState state in Enum.GetValues<MemoryManagerState>())
        {
            using ManagerWorld world = new(state);
            bool hasFrames = state >= MemoryManagerState.Frames;
            Assert.AreEqual(state == MemoryManagerState.Ready, world.Manager.IsReady);
            Assert.AreEqual(hasFrames, world.Manager.Validate());
            Assert.AreEqual(hasFrames, world.Manager.GetMemoryStats().TotalBytes != 0);
            Assert.AreEqual(hasFrames, world.Manager.GetZoneStats(MemoryZone.Dma).TotalFrames != 0);
            Assert.AreEqual(state >= MemoryManagerState.Paging ? 1 : 0, world.Manager.GetMemoryStats().AddressSpaces);
            Assert.AreEqual(state == MemoryManagerState.Ready, world.Manager.GetMemoryStats().Heap.RangeBytes != 0);
            if (!hasFrames)
                Assert.AreEqual(0U, world.Manager.UsagePermille);
            Assert.AreEqual(FaultOutcome.NoRegion, world.Manager.HandlePageFault(VirtAddr.Zero, default));
            world.Manager.HandleFlushInterrupt();
        }
    }

    [TestMethod]
    public void The_books_of_the_manager_are_one_frame_and_the_frame_table()
    {
        using ManagerWorld world = new(MemoryManagerState.Frames);
        ulong table = (FrameAllocator<SimulatedPlatform>.MetadataSize(world.Map, world.Machine.Cpus.Count) + 4095) / 4096;
        Assert.AreEqual(table + 1, world.Early.AllocatedFrames);
        Assert.AreEqual(table + 1, world.Manager.Frames.FramesInUse(FrameUse.Reserved));

        // A program's space shares a frame with its entry in the manager's list.
        Assert.IsLessThan(4096UL - 64, AddressSpace<SimulatedPlatform>.MetadataSize);
    }

    [TestMethod]
    public void Without_memory_that_can_be_reached_nothing_is_taken()
    {
        using ManagerWorld world = new(MemoryManagerState.None);
        ulong free = world.Early.FreeFrames;
        DirectMap narrow = DirectMap.Create(world.Machine.Memory.DirectMap.Base, 3 * ManagerWorld.PageBytes);
        Assert.IsTrue(
            MemoryManager<SimulatedPlatform>.Create(world.Machine.Platform, world.Map, world.Early, narrow).Error == EarlyAllocatorError.OutOfMemory);
        Assert.AreEqual(free, world.Early.FreeFrames);

        world.Start(MemoryManagerState.Ready);
        Result<MemoryManager<SimulatedPlatform>, MemoryFailure> second =
            MemoryManager<SimulatedPlatform>.Create(world.Machine.Platform, world.Map, world.Early, world.Machine.Memory.DirectMap);
        Assert.IsTrue(second.Error == EarlyAllocatorError.HandedOver);
    }

    [TestMethod]
    public void A_stated_range_is_enough()
    {
        using var machine = new SimulatedMachine(16 * MiB);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        ulong bytes = MemoryManager<SimulatedPlatform>.ExplicitRangeBufferSize;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)bytes);
        PhysRange stated = PhysRange.Create(PhysAddr.Create(0x123), (15 * MiB) + 7);

        Assert.IsTrue(Start(buffer.Start, bytes - 1, stated).Error == MemoryMapError.BadBuffer);
        Assert.IsTrue(Start(null, bytes, stated).Error == MemoryMapError.BadBuffer);
        Assert.IsTrue(Start(buffer.Start, bytes, default).Error == EarlyAllocatorError.OutOfMemory);

        MemoryManager<SimulatedPlatform> manager = Start(buffer.Start, bytes, stated).Value;
        Assert.AreEqual(MemoryManagerState.Frames, manager.State);
        Assert.AreEqual((15 * MiB) - 4096, manager.GetMemoryStats().TotalBytes, "whole frames, without the first");
        ManagerWorld.Succeed(manager.StartPaging(PagingOptions.Create(AddressWidth.Bits48, ManagerWorld.FlushVector)));
        ManagerWorld.Succeed(manager.Activate(machine.Memory.DirectMap));
        ManagerWorld.Succeed(manager.StartHeap());
        Assert.IsTrue(manager.IsReady && manager.Validate());
        VirtAddr block = manager.AllocateHeap(100).Value;
        machine.CurrentCpu.Write(block, 42);
        Assert.AreEqual(42, machine.CurrentCpu.Read<int>(block));

        Result<MemoryManager<SimulatedPlatform>, MemoryFailure> Start(void* at, ulong length, PhysRange range) =>
            MemoryManager<SimulatedPlatform>.Create(machine.Platform, range, machine.Memory.DirectMap, at, length);
    }

    [TestMethod]
    public void A_boot_loaders_tables_are_adopted()
    {
        using ManagerWorld world = new(MemoryManagerState.Frames);
        SimulatedMemory memory = world.Machine.Memory;

        // In memory that is nobody's: a root, two tables, and the image at -2 GiB, executable and writable as loaders leave it.
        ulong before = world.Manager.GetMemoryStats().FreeBytes;
        memory.Write(PhysAddr.Create(0xA_0000 + (511 * 8)), 0xA_1003UL);
        memory.Write(PhysAddr.Create(0xA_1000 + (510 * 8)), 0xA_2003UL);
        memory.Write(PhysAddr.Create(0xA_2000), 0x20_0083UL);
        world.Cpu.Cr3 = 0xA_0000;
        ManagerWorld.Succeed(world.Manager.AdoptPaging(world.Options));
        Assert.AreEqual(MemoryManagerState.Active, world.Manager.State);
        Assert.AreEqual(0xA_0000UL, world.Cpu.Cr3);
        ManagerWorld.Succeed(world.Manager.StartHeap());

        VirtAddr image = VirtAddr.Create(0xFFFF_FFFF_8000_0000);
        Assert.AreEqual("rwx", world.Rights(world.Manager.KernelSpace, image));
        VirtRange data = world.Manager.AllocateMemory(5, RegionKind.KernelData).Value;
        world.Cpu.Write(data.Start, 4711);
        Assert.AreEqual(4711, world.Cpu.Read<int>(data.Start));
        world.Cpu.Write(world.Manager.AllocateHeap(8).Value, 1L);

        // A program has the adopted part too, and going away it leaves it alone.
        AddressSpace<SimulatedPlatform> space = world.Manager.CreateAddressSpace().Value;
        Assert.AreEqual("rwx", world.Rights(space, image));
        ManagerWorld.Succeed(world.Manager.DestroyAddressSpace(space));
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(data));
        Assert.AreEqual("rwx", world.Rights(world.Manager.KernelSpace, image));
        Assert.AreEqual(0xA_1003UL, memory.Read<ulong>(PhysAddr.Create(0xA_0000 + (511 * 8))) & ~0x20UL);
        Assert.IsLessThan(before, world.Manager.GetMemoryStats().FreeBytes);
        Assert.IsTrue(world.Manager.Validate());
    }

    [TestMethod]
    public void Paging_needs_no_execute_and_says_so()
    {
        using ManagerWorld world = new(MemoryManagerState.Frames);
        string before = world.Picture();
        world.Cpu.Efer &= ~(1UL << 11);
        Assert.IsTrue(world.Manager.StartPaging(world.Options).Error == MapError.NoExecuteIsOff);
        Assert.IsTrue(world.Manager.AdoptPaging(world.Options).Error == MapError.NoExecuteIsOff);
        Assert.AreEqual(before, world.Picture());
        world.Cpu.Efer |= 1UL << 11;
        world.Start(MemoryManagerState.Ready);
    }

    [TestMethod]
    public void Paging_goes_on_where_memory_ran_out()
    {
        foreach (AddressWidth width in (AddressWidth[])[AddressWidth.Bits48, AddressWidth.Bits57])
        {
            ulong expected;
            using (ManagerWorld plenty = new(MemoryManagerState.Paging, width: width))
                expected = plenty.Manager.GetMemoryStats().BytesFor(FrameUse.PageTable);

            using ManagerWorld world = new(MemoryManagerState.Frames, width: width);
            Stack<OwnedFrame> taken = world.Drain();
            int failures = 0;
            while (world.Manager.StartPaging(world.Options).TryGetError(out MemoryFailure failure))
            {
                Assert.IsTrue(failure == MapError.OutOfMemory && failure.IsOutOfMemory);
                Assert.AreEqual(MemoryManagerState.Frames, world.Manager.State);
                ManagerWorld.Succeed(world.Manager.FreeFrame(taken.Pop()));
                failures++;
                if (failures > 1)
                    Assert.IsTrue(world.Manager.AdoptPaging(world.Options).Error == MemoryFailure.OutOfOrder, "new tables were begun");
            }

            Assert.IsGreaterThanOrEqualTo(4, failures);
            Assert.AreEqual(expected, world.Manager.GetMemoryStats().BytesFor(FrameUse.PageTable), "nothing is lost");
            world.GiveBack(taken);
            world.Start(MemoryManagerState.Ready);
        }
    }

    private static bool Refused(Result<MemoryFailure> result) => result.TryGetError(out MemoryFailure failure) && failure == MemoryFailure.OutOfOrder;

    private static bool Refused<T>(Result<T, MemoryFailure> result)
        where T : unmanaged => result.TryGetError(out MemoryFailure failure) && failure == MemoryFailure.OutOfOrder;

    private static bool Panics(Action use)
    {
        try
        {
            use();
            return false;
        }
        catch (PanicException)
        {
            return true;
        }
    }
}
