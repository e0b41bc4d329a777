using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>Negative controls of the checks of remote fences, and of what the allocator needs them for.</summary>
[TestClass]
public sealed class FenceMutantTests
{
    private const string CheckBefore = "PASS  every CPU takes interrupts from another, again and again";
    private const string Wakes = "a CPU that is about to halt misses no interrupt";
    private const string Passes = "CPUs that sleep, and CPUs with interrupts off, pass remote fences";
    private const string Waits = "a remote fence waits for each CPU that cannot pass it yet";
    private const string FromOneCpu = "one CPU gets every frame of a zone, those that other CPUs keep at hand too";

    [TestMethod]
    public void TheUnchangedMachineLayerPassesWhenBuiltThisWay() =>
        Assert.AreEqual(0, Mutant.BootWithMachineChange("RemoteFence.cs", "// These two are", "// The two are").ExitCode);

    [TestMethod]
    [DataRow("the fence does not wait", "RemoteFence.cs", "Atomic.Load(in _cpus[cpu].Answered) < ticket", "Atomic.Load(in _cpus[cpu].Answered) > ticket", Waits)]
    [DataRow("an answer from before will do", "RemoteFence.cs", "Atomic.FetchAdd(ref _drawn, 1UL) + 1;", "Atomic.Load(in _drawn);", Waits)]
    [DataRow("the kernel's interrupts are lost beside those of fences", "NonMaskable.cs", "handler != null && handler(frame);", "!asked && handler != null && handler(frame);", Waits)]
    public void AFenceThatDoesNotHoldFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithMachineChange(file, original, replacement, failing: check);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    // Whoever fences waits for ever, or the interrupt passes for one without a cause.
    [TestMethod]
    [DataRow("nobody answers", "RemoteFence.cs", "        Atomic.Store(ref own.Answered, drawn);\n", "")]
    public void AFenceThatIsNotAnsweredIsNotPassed(string mistake, string file, string original, string replacement)
    {
        CommandResult result = Mutant.BootWithMachineChange(file, original, replacement, seconds: 20);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, CheckBefore, StringComparison.Ordinal);
        Assert.DoesNotContain("PASS  " + Passes, result.Output, StringComparison.Ordinal, mistake);
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("nobody is interrupted", "RemoteFence.cs", "                machine.SendNonMaskable(cpu);", "                machine.Pause();")]
    [DataRow("only the first time", "RemoteFence.cs", "Atomic.Exchange(ref own.Asked, 0u) != 0;", "Atomic.Load(in own.Asked) != 0;")]
    [DataRow("interrupts of fences have no cause", "RemoteFence.cs", "if (asked || handled)", "if (handled)")]
    [DataRow("maskable interrupts", "LocalApic.cs", "DeliverNonMaskable | Assert);", "Assert | 0x42u);")]
    public void AFenceThatIsAnsweredInOtherWaysIsNotPassed(string mistake, string file, string original, string replacement) =>
        AFenceThatIsNotAnsweredIsNotPassed(mistake, file, original, replacement);

    [TestMethod]
    [TestCategory("Long")]
    public void ACpuThatHaltsAfterTheInterruptThatItAwaitedSleepsForEver()
    {
        CommandResult result = Mutant.BootWithMachineChange("NonMaskable.cs", "frame->Rip += HaltBytes;", "frame->Rip += 0;", seconds: 20);

        Assert.AreEqual(124, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, CheckBefore, StringComparison.Ordinal);
        Assert.DoesNotContain(Wakes, result.Output, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("others keep what they have at hand", "Frames/LocalFrameAllocator.Rescue.cs", "            cache->Drain(_books->Pools + zone);\n", "")]
    [DataRow("only the CPU's own frames are called in", "Frames/LocalFrameAllocator.Rescue.cs", "            FrameCache* cache = _books->Cache(slot, zone);\n", "            FrameCache* cache = _books->Cache(_own->Number, zone);\n")]
    public void AnAllocatorThatDoesNotReachWhatOtherCpusKeepFails(string mistake, string file, string original, string replacement)
    {
        CommandResult result = Mutant.BootWithLibraryChange(file, original, replacement, failing: FromOneCpu);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + FromOneCpu, StringComparison.Ordinal);
    }
}
