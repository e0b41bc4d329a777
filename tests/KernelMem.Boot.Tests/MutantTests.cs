using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>Negative controls: each mistake that the boot kernel's checks are there for makes the run fail, at that check.</summary>
[TestClass]
public sealed class MutantTests
{
    private const string WalkFolder = "../../src/KernelMem.Simulation/Walk/";

    [TestMethod]
    public void TheUnchangedKernelPassesWhenBuiltThisWay() =>
        Assert.AreEqual(0, Mutant.BootWithKernelChange("../Scenario/Checklist.cs", "\"  PASS  \"u8", "\"  Pass  \"u8").ExitCode);

    [TestMethod]
    [DataRow("writable constants", "KernelMemory.cs", "MapSection(image, image.ReadOnlyData, Protection.KernelReadOnly);", "MapSection(image, image.ReadOnlyData, Protection.KernelData);", "constants can be read, not written, not executed")]
    [DataRow("executable constants", "KernelMemory.cs", "MapSection(image, image.ReadOnlyData, Protection.KernelReadOnly);", "MapSection(image, image.ReadOnlyData, Protection.KernelCode);", "constants can be read, not written, not executed")]
    [DataRow("low memory mapped at its own address", "KernelMemory.cs", "        Must(Manager.Activate(whole));", "        Must(Manager.MapIdentity(PhysRange.Create(PhysAddr.Create(0x10_0000), 0x20_0000), Protection.KernelReadOnly));\n        Must(Manager.Activate(whole));", "the identity map is gone")]
    [DataRow("stack guard mapped", "KernelMemory.cs", "VirtAddr stack = guard + Size4KiB.Bytes;", "VirtAddr stack = guard;", "the page below the boot stack is unmapped")]
    [DataRow("trampoline left mapped", "ProcessorChecks.cs", "KernelMemory.Manager.DeallocateMemory(VirtRange.Create(SmpBoot.TrampolinePage, Size4KiB.Bytes)).IsSuccess", "SmpBoot.Count != 0", "the page where CPUs start is unmapped again, on every CPU")]
    [DataRow("other CPUs do not join", "CpuTeam.cs", "        KernelMemory.Manager.JoinCpu().Expect(\"A CPU came up before the memory manager\");\n", "", "the page where CPUs start is unmapped again, on every CPU")]
    [DataRow("interrupts are not ended", "ProcessorChecks.cs", "        CpuTeam.Apic.EndOfInterrupt();\n", "", "every CPU takes interrupts from another, again and again")]
    [DataRow("SMAP off", "UserCopyChecks.cs", "        if (Cpu.HasSmap)\n", "        Cpu.WriteCr4(Cpu.ReadCr4().WithSmap(false));\n        if (Cpu.HasSmap)\n", "with SMAP on, the kernel reaches user memory by user copies only")]
    [DataRow("other CPUs do not repeat the features", "Kernel.cs", "SmpBoot.EnableFeatures()", "CpuFeatures.Enable(default(X64Platform))", "every CPU has the same on")]
    [DataRow("user page mapped too far", "UserCopyChecks.cs", "AllocateMemory(Size4KiB.Bytes, RegionKind.UserData)", "AllocateMemory(2 * Size4KiB.Bytes, RegionKind.UserData)", "a user copy that faults says how many bytes are missing")]
    [DataRow("memory lost", "MachineMemory.cs", "        builder.ReserveBootData(boot);", "        builder.Add(0x200_0000, 0x100_0000, MemoryRegionKind.Reserved);\n        builder.ReserveBootData(boot);", "no usable memory is lost but the rest of a frame at an edge")]
    [DataRow("a walk without SMEP", WalkFolder + "AccessRules.cs", "return executable && (byUser || !userAddress || !registers.ExecutionPrevention);", "return executable;", "accesses end as a walk by the manual says, for all sizes and rights")]
    [DataRow("a walk whose keys forget CR0.WP", WalkFolder + "AccessRules.cs", "(writeDisabled && access.Is(WalkAccess.Write) && (byUser || registers.WriteProtect))", "(writeDisabled && access.Is(WalkAccess.Write))", "they do so under protection keys")]
    [DataRow("a walk without reserved bits in the upper levels", WalkFolder + "TableWalk.cs", "return reserved | PageSize;", "return reserved;", "they do so where an entry of any level is absent, reserved or forbids")]
    [DataRow("banner missing", "VgaBanner.cs", "Atomic.Store(ref cell, character);", "", "the banner in the VGA text buffer reads back")]
    public void AWrongKernelFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithKernelChange(file, original, replacement, failing: check);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("tables made through the slot are not zeroed", "Paging/RecursiveTables.cs", "        table.Clear(0, TableIndex.Count);\n", "", "pages that are mapped through it can be used, once")]
    [DataRow("frames for tables are not counted", "Paging/RecursiveTables.cs", "if (needed * Frame.Size > Spare.Length)", "if (Spare.IsEmpty)", "without frames for tables nothing is mapped through it")]
    [DataRow("no flush after protecting", "Paging/PendingRangeFlush.cs", "            tlb.FlushRange(_space, Range, Size4KiB.Bytes);", "            _ = tlb;", "memory made read-only refuses writes and keeps its content")]
    [DataRow("no flush after unmapping", "Paging/UnmappedRange.cs", "            tlb.FlushRange(PageMapper<TPlatform>.ContextOf(_state), Range, smallest.EntrySpan(), tookTables);\n", "", "released memory is gone at once, for reads and writes")]
    [DataRow("the other CPUs are not asked", "Paging/TlbShootdown.Requests.cs", "        if (CandidatesFor(work).HasOthers(cpu))\n            Ask(ref own, cpu, work);\n", "", "what one CPU protects or releases, no CPU can use as before")]
    [DataRow("data without no-execute", "Paging/EntryCodec.cs", "            .WithNoExecute(!protection.IsExecutable)\n", "", "data can be written, not executed")]
    [DataRow("executable direct map", "Paging/EntryCodec.cs", "WithNoExecute(!protection.IsExecutable)", "WithNoExecute(!protection.IsExecutable && level == PageTableLevel.Pt)", "no page is writable and executable")]
    [DataRow("code writable through the direct map", "AddressSpaces/AddressSpace.Aliases.cs", "constant ? region.Protection.WithAccess(PageAccess.Read) : region.Protection", "region.Protection", "code and constants cannot be written through the direct map")]
    [DataRow("reserved memory taken as usable", "Boot/MemoryRegionKinds.cs", "1 => MemoryRegionKind.Usable,", "1 or 2 => MemoryRegionKind.Usable,", "usable memory is usable to the firmware, byte for byte")]
    public void AWrongLibraryFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithLibraryChange(file, original, replacement, failing: check);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("SIMD state not restored", "traps.s", "        xrstor64 (%rsp)\n", "", "SIMD registers survive a page fault")]
    [DataRow("upper SIMD halves not saved", "traps.s", "        movl    $7, %eax\n        xorl    %edx, %edx\n        xsave64 (%rsp)", "        movl    $3, %eax\n        xorl    %edx, %edx\n        xsave64 (%rsp)", "SIMD registers survive a page fault")]
    [DataRow("user copies without STAC", "cpu.s", "        stac\n", "", "with SMAP on, the kernel reaches user memory by user copies only")]
    [DataRow("user copies count from the wrong end", "cpu.s", "3:      clac\n        movq    %rcx, %rax", "3:      clac\n        movq    %rdx, %rax\n        subq    %rcx, %rax", "a user copy brings every byte")]
    public void AWrongNativeHalfFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithNativeChange(file, original, replacement, failing: check);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void ACpuThatDoesNotAnswerIsWaitedForForEver()
    {
        CommandResult result = Mutant.BootWithKernelChange("CpuTeam.cs", "        KernelMemory.Manager.HandleFlushInterrupt();\n", "", seconds: 6);

        Assert.AreEqual(124, result.ExitCode, result.Output);
    }

    [TestMethod]
    public void TheUnchangedNativeHalfPassesWhenBuiltThisWay() =>
        Assert.AreEqual(0, Mutant.BootWithNativeChange("traps.s", "# the frame", "# the trap frame").ExitCode);
}
