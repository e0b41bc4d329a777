using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Platform;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>One thread executes several CPUs, and says when interrupts are taken and who works in between.</summary>
[TestClass]
public sealed class ScheduleTests
{
    private const ulong Address = 0x1000_0000;

    [TestMethod]
    public void A_delayed_interrupt_waits_until_it_is_taken()
    {
        using SimulatedMachine machine = new(1 << 20, cpuCount: 2) { DelayInterrupts = true };
        List<(int, byte)> taken = Record(machine);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        machine.Platform.SendInterrupt(new CpuId(1), 0x40);
        using (machine.Enter(1))
        {
            machine.Platform.RestoreInterrupts(machine.Platform.SaveInterrupts());
            Assert.IsEmpty(taken);
            machine.Cpus[1].TakeInterrupts();
            CollectionAssert.AreEqual(new[] { (1, (byte)0x40) }, taken);
        }
    }

    [TestMethod]
    public void A_pause_takes_what_waits_here_and_on_CPUs_that_nobody_executes()
    {
        using SimulatedMachine machine = new(1 << 20, cpuCount: 3) { DelayInterrupts = true };
        List<(int, byte)> taken = Record(machine);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        machine.Cpus[2].InterruptsEnabled = false;
        for (int target = 0; target < 3; target++)
            machine.Platform.SendInterrupt(new CpuId(target), 0x40);
        Assert.IsEmpty(taken);
        machine.Platform.Pause();
        CollectionAssert.AreEqual(new[] { (0, (byte)0x40), (1, (byte)0x40) }, taken);
        machine.Cpus[2].InterruptsEnabled = true;
        machine.Platform.Pause();
        Assert.HasCount(3, taken);
    }

    [TestMethod]
    public void An_adversary_lets_an_interrupt_wait_and_delivers_it_in_the_end()
    {
        int atOnce = 0;
        int later = 0;
        for (ulong seed = 1; seed <= 50; seed++)
        {
            using SimulatedMachine machine = new(1 << 20, cpuCount: 2, adversary: new AdversaryOptions { Seed = seed });
            List<(int, byte)> taken = Record(machine);
            using SimulatedMachine.CpuScope scope = machine.Enter(0);
            machine.Platform.SendInterrupt(new CpuId(1), 0x40);
            Assert.IsEmpty(taken);
            machine.Platform.Pause();
            atOnce += taken.Count;
            for (int i = 0; i < 100 && taken.Count == 0; i++)
            {
                machine.Platform.Pause();
                later += taken.Count;
            }

            Assert.HasCount(1, taken);
        }

        Assert.IsGreaterThan(10, atOnce);
        Assert.IsGreaterThan(10, later);
    }

    [TestMethod]
    public void An_adversary_may_leave_interrupts_alone()
    {
        using SimulatedMachine machine = new(1 << 20, cpuCount: 2, adversary: new AdversaryOptions { DelayInterrupts = false });
        List<(int, byte)> taken = Record(machine);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        machine.Platform.SendInterrupt(new CpuId(1), 0x40);
        Assert.HasCount(1, taken);
    }

    /// <summary>Between the sending of a flush and the wait for it, the other CPU still uses what it has.</summary>
    [TestMethod]
    public void Another_CPU_works_between_two_instructions()
    {
        using SimulatedMachine machine = new(16 << 20, cpuCount: 2) { DelayInterrupts = true };
        var tables = new Tables(machine.Memory);
        ulong place = tables.Map(Address, 0x20_0000 | P);
        foreach (SimulatedCpu each in machine.Cpus)
            each.Cr3 = Root;
        var seen = new List<MmuOutcome>();
        machine.InterruptHandler = (cpu, _) => cpu.InvalidatePage(VirtAddr.Create(Address));
        machine.BeforeInstruction = cpu =>
        {
            Assert.AreEqual(0, cpu.Id.Value);
            using (machine.Enter(1))
            {
                machine.Platform.WriteMsr(0x1B, 1); // an instruction too, but the handler's own
                seen.Add(machine.Cpus[1].Translate(VirtAddr.Create(Address), MemoryAccess.Read).Outcome);
            }
        };

        using (machine.Enter(0))
        {
            SimulatedPlatform platform = machine.Platform;
            _ = platform.ReadMsr(0x1B);
            tables.Write(place, 0);
            platform.InvalidatePage(VirtAddr.Create(Address));
            platform.SendInterrupt(new CpuId(1), 0x40);
            platform.Pause();
            _ = platform.ReadMsr(0x1B);
        }

        CollectionAssert.AreEqual(
            new[] { MmuOutcome.Translated, MmuOutcome.Translated, MmuOutcome.Translated, MmuOutcome.Translated, MmuOutcome.PageFault }, seen);
    }

    [TestMethod]
    public void Instructions_of_the_platform_are_steps()
    {
        using SimulatedMachine machine = new(1 << 20, adversary: new AdversaryOptions());
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        SimulatedPlatform platform = machine.Platform;
        _ = platform.CurrentCpu;
        _ = platform.CpuCount;
        Assert.AreEqual(0, machine.Adversary!.Step);
        platform.InvalidatePage(VirtAddr.Zero);
        platform.Pause();
        platform.WritePageTableRoot(platform.ReadPageTableRoot());
        Assert.AreEqual(4, machine.Adversary.Step);
        scope.Cpu.Translate(VirtAddr.Zero, MemoryAccess.Read);
        Assert.AreEqual(5, machine.Adversary.Step);
    }

    private static List<(int Cpu, byte Vector)> Record(SimulatedMachine machine)
    {
        var taken = new List<(int, byte)>();
        machine.InterruptHandler = (cpu, vector) => taken.Add((cpu.Id.Value, vector));
        return taken;
    }
}
