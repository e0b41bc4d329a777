using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/simulation.md</c>, word for word; they are tests themselves.</summary>
[TestClass]
public sealed class SimulationExamples
{
    public sealed unsafe class TestKernel : IDisposable
    {
        private readonly void* _buffer;
        private readonly SimulatedMachine.CpuScope _cpu;

        public TestKernel(int cpus = 1, AdversaryOptions? adversary = null)
        {
            Machine = new SimulatedMachine(memoryBytes: 32 << 20, cpus, adversary: adversary);
            _cpu = Machine.Enter(0); // from now on this thread executes CPU 0
            foreach (SimulatedCpu cpu in Machine.Cpus)
                cpu.PageFaultHandler = OnPageFault;
            Machine.InterruptHandler = (_, _) => Memory.HandleFlushInterrupt();

            ulong bytes = MemoryManager<SimulatedPlatform>.ExplicitRangeBufferSize;
            _buffer = NativeMemory.AlignedAlloc((nuint)bytes, 8);
            PhysRange free = PhysRange.Create(PhysAddr.Create(0x10_0000), 31 << 20);
            Memory = MemoryManager<SimulatedPlatform>.Create(Machine.Platform, free, Machine.Memory.DirectMap, _buffer, bytes).Value;
            Memory.StartPaging(PagingOptions.Create(AddressWidth.Bits48, flushVector: 0xF0)).Expect("32 MiB are enough");
            Memory.Activate(Machine.Memory.DirectMap).Expect("in order");
            Memory.StartHeap().Expect("32 MiB are enough");
        }

        public SimulatedMachine Machine { get; }

        public MemoryManager<SimulatedPlatform> Memory { get; }

        public void Dispose()
        {
            _cpu.Dispose();
            Machine.Dispose();
            NativeMemory.AlignedFree(_buffer);
        }

        // True: the access is repeated. False: the test gets a SimulatedFaultException.
        private bool OnPageFault(SimulatedCpu cpu, SimulatedPageFault fault)
        {
            FaultOutcome outcome = Memory.HandlePageFault(fault.Address, PageFaultErrorCode.FromRaw((uint)fault.ErrorCode));
            return outcome is FaultOutcome.Mapped or FaultOutcome.Retry;
        }
    }

    [TestMethod]
    public void Memory_is_mapped_on_first_access()
    {
        using TestKernel kernel = new();
        VirtRange buffer = kernel.Memory.AllocateMemory(64 << 10, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand).Value;

        SimulatedCpu cpu = kernel.Machine.CurrentCpu;
        cpu.Write(buffer.Start + 0x3000, 4711); // through page tables and TLB, as the processor would

        Assert.AreEqual(4711, cpu.Read<int>(buffer.Start + 0x3000));
        Assert.AreEqual(1UL, kernel.Memory.GetMemoryStats().Faults.Mapped);
        Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.Fetch(buffer.Start)); // data is not executed
    }

    [TestMethod]
    public void Unmapping_flushes_the_other_cpu()
    {
        using TestKernel kernel = new(cpus: 2);
        VirtRange range = kernel.Memory.AllocateMemory(4096, RegionKind.KernelData).Value;
        using (kernel.Machine.Enter(1))
        {
            kernel.Memory.KernelSpace.Activate();
            kernel.Memory.JoinCpu().Expect("in order"); // leave this out, and the last line fails
            kernel.Machine.CurrentCpu.Write(range.Start, 1); // CPU 1 caches the translation
        }

        kernel.Memory.DeallocateMemory(range).Expect("it is ours");

        using (kernel.Machine.Enter(1))
            Assert.ThrowsExactly<SimulatedFaultException>(() => kernel.Machine.CurrentCpu.Read<int>(range.Start));
    }

    [TestMethod]
    public void No_cpu_accesses_freed_memory()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            using TestKernel kernel = new(cpus: 2, new AdversaryOptions { Seed = seed });
            SimulatedMachine machine = kernel.Machine;
            using (machine.Enter(1))
            {
                kernel.Memory.KernelSpace.Activate();
                kernel.Memory.JoinCpu().Expect("in order"); // leave this out, and a seed finds it
            }

            VirtRange range = kernel.Memory.AllocateMemory(4096, RegionKind.KernelData).Value;
            machine.CurrentCpu.Write(range.Start, 4711);
            PhysAddr frame = machine.CurrentCpu.Translate(range.Start, MemoryAccess.Read).Translation.Address;
            machine.Adversary!.Watch(range);
            machine.Adversary.LookAhead(20); // both CPUs may have cached the page now

            kernel.Memory.DeallocateMemory(range).Expect("it is ours");
            machine.FreedFrames.Add(frame);

            using (machine.Enter(1))
                machine.CurrentCpu.Translate(range.Start, MemoryAccess.Read);
            machine.Adversary.LookAhead(20);
            Assert.AreEqual(0, machine.FreedFrames.Count, machine.FreedFrames.ToString()); // CPU, address, frame, seed, step
        }
    }

    [TestMethod]
    public void A_program_cannot_access_the_kernel()
    {
        using TestKernel kernel = new();
        VirtAddr secret = kernel.Memory.AllocateHeap(16).Value;
        SimulatedCpu cpu = kernel.Machine.CurrentCpu;
        cpu.Privilege = Privilege.User;

        SimulatedFaultException fault = Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.Read<int>(secret));
        Assert.IsTrue(fault.Fault.IsUser && fault.Fault.IsPresent); // mapped, and forbidden
    }

    public static MmuResult AskTheMmu(SimulatedMachine machine, AddressSpace<SimulatedPlatform> space, VirtAddr address)
    {
        // The result of an access in any address space, without the TLB.
        MmuRegisters registers = machine.CurrentCpu.Registers with { Cr3 = space.Root.Register };
        MmuResult result = machine.Mmu.Probe(registers, address, MemoryAccess.Write, Privilege.User);

        return result;
    }
}
