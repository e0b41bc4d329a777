using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using KernelMem.Addresses;
using KernelMem.Platform;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

[TestClass]
public sealed unsafe class PlatformTests : IDisposable
{
    private const ulong Kernel = 0xFFFF_8000_0000_0000;
    private const ulong User = 0x1000_0000;
    private readonly SimulatedMachine _machine = new(16UL << 20, cpuCount: 2);
    private readonly Tables _tables;

    public PlatformTests()
    {
        _tables = new Tables(_machine.Memory);
        _machine.Cpus[0].Cr3 = Root;
        _machine.Cpus[0].Cr4 |= 1UL << 21; // SMAP
        _tables.Map(Kernel, 0x10_0000 | P | W);
        _tables.Map(Kernel + 0x1000, 0x10_1000 | P | W);
    }

    public void Dispose() => _machine.Dispose();

    // A sender serves the interrupts of an idle CPU on its own thread: whoever enters the CPU then waits for it.
    [TestMethod]
    public void A_CPU_whose_interrupt_is_being_served_can_be_entered_after_it()
    {
        using SimulatedMachine machine = new(1 << 20, cpuCount: 2);
        using ManualResetEventSlim served = new(), mayEnd = new(), tries = new();
        machine.InterruptHandler = (_, _) =>
        {
            served.Set();
            mayEnd.Wait();
        };
        Thread sender = new(() =>
        {
            using (machine.Enter(0))
                machine.Platform.SendInterrupt(new CpuId(1), 0x40);
        });
        bool entered = false;
        Thread other = new(() =>
        {
            tries.Set();
            try
            {
                using (machine.Enter(1))
                    entered = mayEnd.IsSet;
            }
            catch (InvalidOperationException)
            {
                // Refused: `entered` stays false.
            }
        });
        sender.Start();
        served.Wait();
        other.Start();
        tries.Wait();
        for (int i = 0; i < 10_000; i++)
            Thread.Yield(); // time to try in vain
        mayEnd.Set();
        sender.Join();
        other.Join();
        Assert.IsTrue(entered);
    }

    [TestMethod]
    public void A_copy_ends_at_the_first_byte_that_faults()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        _tables.Map(User, 0x20_0000 | P | W | U);
        _machine.Memory.Bytes(PhysAddr.Create(0x10_0000), 0x2000).Fill(0x5A);
        Assert.AreEqual(0UL, Copy(User + 0x100, Kernel + 0x800, 0x900));
        Assert.AreEqual(0x1000UL - 0x100, Copy(User + 0xF00, Kernel + 0x800, 0x1000), "no second page");
        Assert.AreEqual(0x5A, _machine.Memory.Read<byte>(PhysAddr.Create(0x20_0FFF)));
        Assert.AreEqual(0x10UL, Copy(Kernel, User + 0x3000, 0x10), "source");
        Assert.AreEqual(0x10UL, Copy(0x8000_0000_0000_0000, Kernel, 0x10), "not canonical");
        Assert.IsFalse(scope.Cpu.UserAccessAllowed);
        Assert.ThrowsExactly<SimulatedFaultException>(() => scope.Cpu.ReadByte(VirtAddr.Create(User)), "SMAP again");
    }

    [TestMethod]
    public void A_copy_to_a_page_that_is_only_readable_copies_nothing()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        _tables.Map(User, 0x20_0000 | P | U);
        Assert.AreEqual(8UL, Copy(User, Kernel, 8));
        Assert.AreEqual(0UL, Copy(Kernel, User, 8));
    }

    [TestMethod]
    public void A_copy_goes_on_after_a_fault_that_was_resolved()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        scope.Cpu.PageFaultHandler = (cpu, fault) =>
        {
            Assert.IsFalse(cpu.UserAccessAllowed);
            _tables.Map(fault.Address.Value, 0x20_0000 | P | W | U);
            return fault.Address.Value < User + 0x1000;
        };
        Assert.AreEqual(0x10UL, Copy(User + 0xF00, Kernel, 0x110));
    }

    [TestMethod]
    public void A_copy_may_use_host_memory_that_was_declared()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        _tables.Map(User, 0x20_0000 | P | W | U);
        ulong local = 0x0102_0304_0506_0708;
        _machine.HostPointers = VirtRange.Create(VirtAddr.FromPointer(&local), sizeof(ulong));
        Assert.AreEqual(0UL, _machine.Platform.CopyUser((void*)User, &local, sizeof(ulong)));
        Assert.AreEqual(local, _machine.Memory.Read<ulong>(PhysAddr.Create(0x20_0000)));
    }

    [TestMethod]
    public void Kernel_memory_is_cleared_and_copied_through_the_MMU()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        SimulatedPlatform platform = _machine.Platform;
        _tables.Map(Kernel + 0x2000, 0x30_0000 | P | W); // not behind the second page in physical memory
        _machine.Memory.Bytes(PhysAddr.Create(0x10_0000), 0x2000).Fill(0x5A);
        _machine.Memory.Bytes(PhysAddr.Create(0x30_0000), 0x1000).Fill(0x5A);
        platform.ClearMemory((void*)(Kernel + 0xFFF), 0x1002);
        Assert.AreEqual((0x5A, 0), (At(0x10_0FFE), At(0x10_0FFF)));
        Assert.AreEqual((0, 0, 0x5A), (At(0x10_1FFF), At(0x30_0000), At(0x30_0001)));
        Assert.AreEqual(-1, _machine.Memory.Bytes(PhysAddr.Create(0x10_1000), 0x1000).IndexOfAnyExcept((byte)0));

        _machine.Memory.Bytes(PhysAddr.Create(0x10_1FFF), 1)[0] = 0x77;
        platform.CopyMemory((void*)Kernel, (void*)(Kernel + 0x1FFF), 3);
        Assert.AreEqual((0x77, 0, 0x5A), (At(0x10_0000), At(0x10_0001), At(0x10_0002)));

        _tables.Map(Kernel + 0x2000, 0x40_0000 | P | W);
        platform.ClearMemory((void*)(Kernel + 0x2000), 0x1000);
        Assert.AreEqual(0, At(0x30_0010), "the TLB still knows the old frame");
    }

    [TestMethod]
    public void Clearing_and_copying_fault_as_any_access_and_refuse_an_overlap()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        SimulatedPlatform platform = _machine.Platform;
        _machine.Memory.Bytes(PhysAddr.Create(0x10_0000), 0x2000).Fill(0x5A);
        Assert.ThrowsExactly<SimulatedFaultException>(() => platform.ClearMemory((void*)(Kernel + 0x1FF0), 0x20));
        Assert.AreEqual((0x5A, 0), (At(0x10_1FEF), At(0x10_1FF0)), "up to the fault it is done");
        Assert.ThrowsExactly<SimulatedFaultException>(() => platform.CopyMemory((void*)Kernel, (void*)(Kernel + 0x2000), 1));
        Assert.ThrowsExactly<SimulatedFaultException>(() => platform.CopyMemory((void*)(Kernel + 0x2000), (void*)Kernel, 1));
        _tables.Map(User, 0x20_0000 | P | W | U);
        Assert.ThrowsExactly<SimulatedFaultException>(() => platform.ClearMemory((void*)User, 1), "SMAP holds");
        Assert.ThrowsExactly<ArgumentException>(() => platform.CopyMemory((void*)Kernel, (void*)(Kernel + 7), 8));
        Assert.ThrowsExactly<ArgumentException>(() => platform.CopyMemory((void*)(Kernel + 7), (void*)Kernel, 8));
        platform.CopyMemory((void*)(Kernel + 8), (void*)Kernel, 8);
        platform.CopyMemory((void*)0x10, (void*)0x10, 0);
        platform.ClearMemory((void*)0x10, 0);
    }

    [TestMethod]
    public void Clearing_and_copying_may_use_host_memory_that_was_declared()
    {
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        ulong* local = stackalloc ulong[] { 1, 2 };
        _machine.HostPointers = VirtRange.Create(VirtAddr.FromPointer(local), 2 * sizeof(ulong));
        _machine.Platform.CopyMemory((void*)Kernel, local + 1, sizeof(ulong));
        _machine.Platform.ClearMemory(local, sizeof(ulong));
        Assert.AreEqual((2UL, 0UL, 2UL), (_machine.Memory.Read<ulong>(PhysAddr.Create(0x10_0000)), local[0], local[1]));
    }

    [TestMethod]
    public void Two_machines_do_not_see_each_other()
    {
        using var other = new SimulatedMachine(16UL << 20);
        using SimulatedMachine.CpuScope here = _machine.Enter(1);
        using SimulatedMachine.CpuScope there = other.Enter(0);
        _machine.Memory.Write(PhysAddr.Create(0x5000), 1);
        Assert.AreEqual(0, other.Memory.Read<int>(PhysAddr.Create(0x5000)));
        SimulatedPlatform first = _machine.Platform;
        SimulatedPlatform second = other.Platform;
        Assert.AreNotEqual(first, second);
        Assert.AreEqual((1, 0), (first.CurrentCpu.Value, second.CurrentCpu.Value));
        Assert.AreEqual((2, 1), (first.CpuCount, second.CpuCount));
        first.WriteMsr(0x1B, 5);
        first.WritePageTableRoot(PageTableRoot.FromRegister(0x7000));
        Assert.IsTrue(first.SaveInterrupts().WereEnabled);
        Assert.AreEqual((5UL, 0UL), (first.ReadMsr(0x1B), second.ReadMsr(0x1B)));
        Assert.AreEqual((0x7000UL, 0UL), (first.ReadPageTableRoot().Register, second.ReadPageTableRoot().Register));
        Assert.IsTrue(second.SaveInterrupts().WereEnabled);
    }

    [TestMethod]
    public void The_platform_drives_the_entered_CPU()
    {
        SimulatedPlatform platform = _machine.Platform;
        Assert.ThrowsExactly<InvalidOperationException>(() => platform.CurrentCpu, "none entered");
        Assert.ThrowsExactly<InvalidOperationException>(() => default(SimulatedPlatform).CpuCount);
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        _ = scope.Cpu.ReadByte(VirtAddr.Create(Kernel));
        platform.InvalidatePage(VirtAddr.Create(Kernel));
        Assert.AreEqual(0, scope.Cpu.CachedTranslations);
        using (_machine.Enter(1))
            Assert.AreEqual(1, platform.CurrentCpu.Value);
        Assert.AreEqual(0, platform.CurrentCpu.Value);
        ulong time = platform.ReadTimeStamp();
        Assert.IsGreaterThan(time, platform.ReadTimeStamp());
        platform.WriteMsr(0xC000_0080, 0x500);
        Assert.AreEqual(0x500UL, scope.Cpu.Efer);
    }

    [TestMethod]
    public void An_idle_CPU_takes_an_interrupt_at_once_and_one_with_interrupts_off_later()
    {
        var taken = new List<(int, byte, bool)>();
        _machine.InterruptHandler = (cpu, vector) => taken.Add((_machine.CurrentCpu.Id.Value, vector, cpu.InterruptsEnabled));
        using SimulatedMachine.CpuScope scope = _machine.Enter(0);
        SimulatedPlatform platform = _machine.Platform;
        platform.SendInterrupt(new CpuId(1), 0x40);
        CollectionAssert.AreEqual(new[] { (1, (byte)0x40, false) }, taken);

        InterruptState state = platform.SaveInterrupts();
        platform.SendInterrupt(new CpuId(0), 0x41);
        platform.Pause();
        Assert.HasCount(1, taken);
        platform.RestoreInterrupts(state);
        CollectionAssert.AreEqual(new[] { (1, (byte)0x40, false), (0, (byte)0x41, false) }, taken);
        Assert.IsTrue(scope.Cpu.InterruptsEnabled);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public void A_busy_CPU_takes_an_interrupt_on_its_own_thread_when_it_pauses()
    {
        using var entered = new ManualResetEventSlim();
        int handlerThread = 0;
        _machine.InterruptHandler = (_, _) => Volatile.Write(ref handlerThread, Environment.CurrentManagedThreadId);
        var busy = Task.Factory.StartNew(
            () =>
            {
                using SimulatedMachine.CpuScope scope = _machine.Enter(1);
                entered.Set();
                while (Volatile.Read(ref handlerThread) == 0)
                    _machine.Platform.Pause();
                return Environment.CurrentManagedThreadId;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        entered.Wait();
        Assert.ThrowsExactly<InvalidOperationException>(() => _machine.Enter(1));
        _machine.Platform.SendInterrupt(new CpuId(1), 0x50);
        Assert.AreEqual(busy.GetAwaiter().GetResult(), handlerThread);
    }

    [TestMethod]
    public void The_direct_map_reaches_64_GiB_and_memory_checks_its_bounds()
    {
        using var memory = new SimulatedMemory(SimulatedMemory.MaxLength);
        *memory.DirectMap.ToPointer<ulong>(PhysAddr.Create(SimulatedMemory.MaxLength - 8)) = 77;
        Assert.AreEqual(77UL, memory.Read<ulong>(PhysAddr.Create(SimulatedMemory.MaxLength - 8)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Read<ulong>(PhysAddr.Create(SimulatedMemory.MaxLength - 7)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Write(PhysAddr.Max, (byte)0));
        memory.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => memory.Read<byte>(PhysAddr.Zero));
    }

    private int At(ulong place) => _machine.Memory.Read<byte>(PhysAddr.Create(place));

    private ulong Copy(ulong destination, ulong source, ulong length) =>
        _machine.Platform.CopyUser((void*)destination, (void*)source, length);
}
