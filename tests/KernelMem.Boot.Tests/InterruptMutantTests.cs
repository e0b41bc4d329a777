using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>Negative controls of the checks that take frames in interrupts.</summary>
[TestClass]
public sealed class InterruptMutantTests
{
    private const string CheckBefore = "PASS  every CPU takes interrupts from another, again and again";
    private const string Check = "no frame has two owners while all CPUs and their interrupts take and free frames, and none is lost";

    // With its books torn the allocator may give a frame twice, which the check finds, but also panic or wait for itself.
    [TestMethod]
    [DataRow("interrupts stay on", "_interrupts = inNmi ? InterruptState.Disabled : platform.SaveInterrupts();", "_interrupts = InterruptState.Disabled;")]
    [DataRow("NMIs use what the interrupted code uses", "books->Slot(inNmi ? cpu + books->CpuLimit : cpu);", "books->Slot(cpu);")]
    public void AnAllocatorThatInterruptsCanTearDoesNotPass(string mistake, string original, string replacement)
    {
        CommandResult result = Mutant.BootWithLibraryChange("Frames/LocalFrameAllocator.cs", original, replacement);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, CheckBefore, StringComparison.Ordinal);
        Assert.DoesNotContain("PASS  " + Check, result.Output, StringComparison.Ordinal, mistake);
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("the timer stays off", "        CpuTeam.Apic.StartTimer(TimerVector, ShortestPeriod);\n", "", "FAIL  on every CPU, timer interrupts took frames")]
    [DataRow("NMIs take nothing", "!part.NonMaskable.Exchange(frames, order: 0)", "part.IsOver > 1", "FAIL  on every CPU, non-maskable interrupts took frames")]
    [DataRow("what timer interrupts hold is kept", "part.Timer.FreeAll(frames) & ", "", "FAIL  " + Check)]
    public void AKernelWhoseInterruptsTakeNothingOrKeepItFails(string mistake, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithKernelChange("InterruptChecks.cs", original, replacement, seconds: 120, machine: new EmulatedMachine(Cpus: 1));

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, check, StringComparison.Ordinal);
    }
}
