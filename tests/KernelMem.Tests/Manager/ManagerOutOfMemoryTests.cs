using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;

namespace KernelMem.Tests.Manager;

/// <summary>
/// Every everyday call with 0, 1, 2, … free frames, until it succeeds: each failure says that memory ran out and changes nothing; nothing
/// is lost in the end.
/// </summary>
[TestClass]
public sealed class ManagerOutOfMemoryTests
{
    private const ulong Page = ManagerWorld.PageBytes;

    private static readonly (string Name, int Failures, Func<ManagerWorld, MemoryFailure?> Do, Action<ManagerWorld> Undo)[] Calls =
    [
        ("a frame", 1, world => Keep(world.Manager.AllocateFrame(), frame => s_frame = frame), world => Done(world.Manager.FreeFrame(s_frame))),
        ("memory", 5, world => Keep(world.Manager.AllocateMemory(3 * Page, RegionKind.KernelData), Keep), Release),
        ("a program's memory", 4, world => Keep(world.Manager.AllocateMemory(Page, RegionKind.UserData), Keep), Release),
        ("an identity mapping", 3, world => Keep(world.Manager.MapIdentity(PhysRange.Create(PhysAddr.Create(0x8000), Page), Protection.KernelData), Keep), Release),
        ("a device", 2, world => Keep(world.Manager.MapDevice(PhysRange.Create(PhysAddr.Create(0xB_8000), Page)), Keep), Release),
        ("a device in large pages", 1, world => Keep(world.Manager.MapDevice(PhysRange.Create(PhysAddr.Create(0x4000_0000), 2 << 20)), Keep), Release),
        ("a small block", 4, world => Keep(world.Manager.AllocateHeap(20), block => s_block = block), FreeBlock),
        ("a zeroed block of pages", 6, world => Keep(world.Manager.AllocateHeapZeroed(3 * Page), block => s_block = block), FreeBlock),
        ("an address space", 2, world => Keep(world.Manager.CreateAddressSpace(), space => s_space = space), world => Done(world.Manager.DestroyAddressSpace(s_space))),
    ];

    private static OwnedFrame s_frame;
    private static VirtRange s_range;
    private static VirtAddr s_block;
    private static AddressSpace<Simulation.SimulatedPlatform> s_space;

    [TestMethod]
    [DoNotParallelize] // what a call gave is kept in static fields
    public void A_call_without_memory_changes_nothing()
    {
        foreach ((string name, int expected, Func<ManagerWorld, MemoryFailure?> call, Action<ManagerWorld> undo) in Calls)
        {
            using ManagerWorld world = new();
            string start = world.Picture();
            Stack<OwnedFrame> taken = world.Drain();
            int failures = 0;
            while (true)
            {
                string before = world.Picture();
                if (call(world) is not { } failure)
                    break;
                Assert.IsTrue(failure.IsOutOfMemory, $"{name}: {failure.Message}");
                Assert.AreEqual(before, world.Picture(), $"{name} with {failures} frames");
                Assert.IsTrue(world.Manager.Validate(), $"{name} with {failures} frames");
                ManagerWorld.Succeed(world.Manager.FreeFrame(taken.Pop()));
                failures++;
            }

            Assert.AreEqual(expected, failures, $"{name} takes as many frames");
            undo(world);
            world.GiveBack(taken);
            Assert.AreEqual(start, world.Picture(), name);
        }
    }

    [TestMethod]
    public void A_block_that_cannot_grow_stays_as_it_is()
    {
        using ManagerWorld world = new();
        VirtAddr block = world.Manager.AllocateHeap(3000).Value;
        world.Cpu.Write(block, 4711);
        Stack<OwnedFrame> taken = world.Drain();
        int failures = 0;
        VirtAddr moved;
        string before = world.Picture();
        while (!world.Manager.ReallocateHeap(block, 9 * Page).TryGet(out moved, out MemoryFailure failure))
        {
            Assert.IsTrue(failure.IsOutOfMemory);
            Assert.AreEqual(before, world.Picture());
            Assert.AreEqual(4711, world.Cpu.Read<int>(block));
            ManagerWorld.Succeed(world.Manager.FreeFrame(taken.Pop()));
            before = world.Picture();
            failures++;
        }

        Assert.AreEqual(8, failures, "it had one page of nine");
        Assert.AreEqual(4711, world.Cpu.Read<int>(moved));
        world.GiveBack(taken);
    }

    [TestMethod]
    public void The_heap_starts_when_there_is_memory_for_its_books()
    {
        using ManagerWorld world = new(MemoryManagerState.Active);

        // So that the table of regions exists already: it stays.
        VirtRange warm = world.Manager.AllocateMemory(1, RegionKind.KernelData).Value;
        ManagerWorld.Succeed(world.Manager.DeallocateMemory(warm));
        Stack<OwnedFrame> taken = world.Drain();
        int failures = 0;
        string before = world.Picture();
        while (world.Manager.StartHeap().TryGetError(out MemoryFailure failure))
        {
            Assert.IsTrue(failure == FrameError.OutOfMemory);
            Assert.AreEqual(MemoryManagerState.Active, world.Manager.State);
            Assert.AreEqual(before, world.Picture());
            ManagerWorld.Succeed(world.Manager.FreeFrame(taken.Pop()));
            before = world.Picture();
            failures++;
        }

        Assert.IsGreaterThan(0, failures);
        Assert.IsTrue(world.Manager.IsReady);
        world.GiveBack(taken);
        world.Cpu.WriteByte(world.Manager.AllocateHeap(1).Value, 1);
    }

    private static void Keep(VirtRange range) => s_range = range;

    private static MemoryFailure? Keep<T>(Result<T, MemoryFailure> result, Action<T> keep)
        where T : unmanaged
    {
        if (result.TryGet(out T value, out MemoryFailure failure))
        {
            keep(value);
            return null;
        }

        return failure;
    }

    private static void Release(ManagerWorld world) => Done(world.Manager.DeallocateMemory(s_range));

    private static void FreeBlock(ManagerWorld world)
    {
        Done(world.Manager.FreeHeap(s_block));
        world.Manager.Heap.Trim();
    }

    private static void Done(Result<MemoryFailure> result) => ManagerWorld.Succeed(result);
}
