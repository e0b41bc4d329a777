using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Simulation;

namespace KernelMem.Tests.Manager;

/// <summary>Page faults of the simulated CPU, handled by the manager as a kernel's handler would.</summary>
[TestClass]
public sealed class ManagerFaultTests
{
    private const ulong Page = ManagerWorld.PageBytes;

    [TestMethod]
    public void A_page_comes_when_it_is_first_touched()
    {
        using ManagerWorld world = new();
        string before = world.Picture();
        VirtRange range = world.Manager.AllocateMemory(4 * Page, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;
        Assert.AreEqual(0UL, world.Manager.GetMemoryStats().BytesFor(FrameUse.Kernel));
        world.Cpu.Write(range.Start + Page + 8, 4711L);
        Assert.AreEqual(FaultOutcome.Mapped, world.LastOutcome);
        Assert.AreEqual(4711L, world.Cpu.Read<long>(range.Start + Page + 8));
        Assert.AreEqual(Page, world.Manager.GetMemoryStats().BytesFor(FrameUse.Kernel), "one page of four");
        Assert.AreEqual(0, world.Cpu.ReadByte(range.Start), "zeroed");
        Assert.AreEqual(2UL, world.Manager.GetMemoryStats().Faults.Mapped);

        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.Fetch(range.Start + (2 * Page)));
        Assert.AreEqual(FaultOutcome.AccessDenied, world.LastOutcome);
        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.ReadByte(range.Start - 1));
        Assert.AreEqual(FaultOutcome.NoRegion, world.LastOutcome);
        Assert.AreEqual(2UL, world.Manager.GetMemoryStats().Faults.Denied);
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(range));
        Assert.AreEqual(before, world.Picture());
    }

    [TestMethod]
    public void A_program_faults_in_its_own_space()
    {
        using ManagerWorld world = new();
        AddressSpace<SimulatedPlatform> space = world.Manager.CreateAddressSpace().Value;
        space.Activate();
        VirtRange stack = world.Manager.AllocateMemory(8 * Page, RegionKind.UserStack, Protection.UserData, RegionBacking.OnDemand).Value;
        world.Cpu.Privilege = Privilege.User;
        world.Cpu.Write(stack.Last - 7, 1L);
        Assert.AreEqual(FaultOutcome.Mapped, world.LastOutcome);
        Assert.AreEqual(1UL, space.GetStatistics().Faults.Mapped);
        Assert.AreEqual(0UL, world.Manager.KernelSpace.GetStatistics().Faults.Total);

        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.ReadByte(world.Manager.Heap.Range.Start));
        Assert.AreEqual(1UL, world.Manager.KernelSpace.GetStatistics().Faults.Denied, "the heap is the kernel's");
        Assert.ThrowsExactly<SimulatedFaultException>(() => world.Cpu.ReadByte(VirtAddr.Zero));
        Assert.AreEqual(FaultOutcome.NoRegion, world.LastOutcome, "null");
        Assert.AreEqual(3UL, world.Manager.GetMemoryStats().Faults.Total);
        world.Cpu.Privilege = Privilege.Supervisor;
    }

    [TestMethod]
    public void A_fault_without_memory_says_so_and_works_later()
    {
        using ManagerWorld world = new();
        VirtRange range = world.Manager.AllocateMemory(Page, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;
        Stack<OwnedFrame> taken = world.Drain();
        string before = world.Picture();
        int failures = 0;
        while (true)
        {
            try
            {
                world.Cpu.WriteByte(range.Start, 1);
                break;
            }
            catch (SimulatedFaultException)
            {
                Assert.AreEqual(FaultOutcome.OutOfMemory, world.LastOutcome);
                Assert.AreEqual(before, world.Picture());
                ManagerWorld.Succeed(world.Manager.FreeFrame(taken.Pop()));
                before = world.Picture();
                failures++;
            }
        }

        Assert.AreEqual(3, failures, "a page, its table, and the directory");
        Assert.AreEqual(3UL, world.Manager.GetMemoryStats().Faults.OutOfMemory);
        world.GiveBack(taken);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)] // the control: without joining, a CPU goes on as before
    public void Another_CPU_that_joined_forgets_what_is_taken_away(bool joined)
    {
        using ManagerWorld world = new(cpus: 2);
        VirtRange range = world.Manager.AllocateMemory(Page, RegionKind.KernelData).Value;
        world.On(1, () =>
        {
            world.Manager.KernelSpace.Activate();
            if (joined)
                ManagerWorld.Succeed(world.Manager.JoinCpu());
            world.Cpu.WriteByte(range.Start, 1);
        });
        ManagerWorld.Succeed(world.Manager.ProtectMemory(range, Protection.KernelReadOnly));
        Assert.AreEqual(joined ? 1UL : 0, world.Manager.GetMemoryStats().Flushes.Shootdowns);
        world.On(1, () =>
        {
            Action write = () => world.Cpu.WriteByte(range.Start, 2);
            if (joined)
                Assert.ThrowsExactly<SimulatedFaultException>(write);
            else
                write();
        });
    }

    [TestMethod]
    public void A_CPU_that_left_is_not_asked()
    {
        using ManagerWorld world = new(cpus: 2);
        VirtRange range = world.Manager.AllocateMemory(2 * Page, RegionKind.KernelData).Value;
        world.On(1, () =>
        {
            world.Manager.KernelSpace.Activate();
            ManagerWorld.Succeed(world.Manager.JoinCpu());
        });
        ManagerWorld.Succeed(world.Manager.ProtectMemory(range, Protection.KernelReadOnly));
        ulong asked = world.Manager.GetMemoryStats().Flushes.Shootdowns;
        Assert.AreEqual(1UL, asked);
        world.On(1, () => ManagerWorld.Succeed(world.Manager.LeaveCpu()));
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(range));
        Assert.AreEqual(asked, world.Manager.GetMemoryStats().Flushes.Shootdowns);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(20261)]
    public void Two_CPUs_at_once_lose_nothing(int seed)
    {
        // Often, for what goes wrong between two CPUs does so seldom.
        for (int turn = 0; turn < 40; turn++)
            RunTwoCpus(seed + (turn * 100));
    }

    private static void RunTwoCpus(int seed)
    {
        using ManagerWorld world = new(cpus: 2);
        world.Manager.FreeHeap(world.Manager.AllocateHeap(1).Value).Expect("it was just allocated");
        world.Manager.Heap.Trim();
        string before = world.Picture();
        world.OnAllCpus(cpu =>
        {
            Random random = new(seed + cpu);
            for (int round = 0; round < 60; round++)
            {
                VirtRange range = world.Manager.AllocateMemory((ulong)random.Next(1, 5) * Page, RegionKind.KernelData, Protection.KernelData, (RegionBacking)random.Next(2)).Value;
                VirtAddr block = world.Manager.AllocateHeap((ulong)random.Next(1, 9000)).Value;
                ulong mark = ((ulong)seed << 32) + (ulong)(round * 2) + (ulong)cpu;
                world.Cpu.Write(range.Start, mark);
                world.Cpu.Write(block, ~mark);
                AddressSpace<SimulatedPlatform> space = world.Manager.CreateAddressSpace().Value;
                Assert.AreEqual(mark, world.Cpu.Read<ulong>(range.Start), $"seed {seed}");
                ManagerWorld.Succeed(world.Manager.ProtectMemory(range, Protection.KernelReadOnly));
                Assert.AreEqual(mark, world.Cpu.Read<ulong>(range.Start), $"seed {seed}");
                Assert.AreEqual(~mark, world.Cpu.Read<ulong>(block), $"seed {seed}");
                ManagerWorld.Succeed(world.Manager.FreeHeap(block));
                ManagerWorld.Succeed(world.Manager.DestroyAddressSpace(space));
                ManagerWorld.Succeed(world.Manager.DeallocateMemory(range));
            }
        });
        world.Manager.Heap.Trim();
        Assert.AreEqual(before, world.Picture(), $"seed {seed}");
        Assert.IsTrue(world.Manager.Validate());
        Assert.AreNotEqual(0UL, world.Manager.GetMemoryStats().Flushes.Shootdowns);
    }
}
