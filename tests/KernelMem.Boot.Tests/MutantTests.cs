using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>Negative controls: each mistake that the boot kernel's checks are there for makes the run fail, at that check.</summary>
[TestClass]
public sealed class MutantTests
{
    [TestMethod]
    public void TheUnchangedKernelPassesWhenBuiltThisWay() =>
        Assert.AreEqual(0, Mutant.BootWithKernelChange("Checklist.cs", "\"  PASS  \"u8", "\"  Pass  \"u8").ExitCode);

    [TestMethod]
    [DataRow("data without no-execute", "KernelSpace.cs", ".WithNoExecute(rights != PageRights.ReadExecute)", ".WithNoExecute(rights == PageRights.ReadOnly)", "data can be written, not executed")]
    [DataRow("constants without no-execute", "KernelSpace.cs", ".WithNoExecute(rights != PageRights.ReadExecute)", ".WithNoExecute(rights is PageRights.ReadWrite or PageRights.Device)", "constants can be read, not written, not executed")]
    [DataRow("direct map without no-execute", "KernelSpace.cs", ".WithWritable(true)\n            .WithNoExecute(true)", ".WithWritable(true)", "no page is writable and executable")]
    [DataRow("writable text", "KernelSpace.cs", "rights is PageRights.ReadWrite or PageRights.UserReadWrite or PageRights.Device)", "rights is not PageRights.ReadOnly)", "code can be read, not written")]
    [DataRow("writable constants", "KernelSpace.cs", "rights is PageRights.ReadWrite or PageRights.UserReadWrite or PageRights.Device)", "rights is not PageRights.ReadExecute)", "constants can be read, not written, not executed")]
    [DataRow("writable alias of code", "KernelSpace.cs", "HoldsCode(start, Size4KiB.Bytes) ? PageRights.ReadOnly : PageRights.ReadWrite", "PageRights.ReadWrite", "code cannot be written through the direct map")]
    [DataRow("identity map left in", "KernelSpace.cs", "        return space;", "        PageTable<Pml4Entry> old = space._fiveLevels\n            ? PageTable<Pml4Entry>.Create(PageTable<Pml5Entry>.Create(Cpu.ReadCr3().Root, bootMap)[0].Table, bootMap)\n            : PageTable<Pml4Entry>.Create(Cpu.ReadCr3().Root, bootMap);\n        space.Pml4Of(VirtAddr.Zero)[0] = old[0];\n        return space;", "the identity map is gone")]
    [DataRow("null page mapped", "KernelSpace.cs", "        space.MapDevices();\n", "        space.MapDevices();\n        space.MapNew(VirtAddr.Zero, PageRights.ReadOnly);\n", "null is unmapped")]
    [DataRow("stack guard mapped", "KernelSpace.cs", "if (page.Start != image.BootStack.Start)", "if (page.Start != image.BootStack.Last)", "the page below the boot stack is unmapped")]
    [DataRow("another CPU keeps its translation", "ProcessorChecks.cs", "        Cpu.InvalidatePage(Processors.TrampolinePage.Value);\n", "", "the trampoline page is unmapped again, on every CPU")]
    [DataRow("interrupts are not ended", "ProcessorChecks.cs", "        s_apic.EndOfInterrupt();\n", "", "every CPU takes interrupts from another, again and again")]
    [DataRow("SMAP off", "UserCopyChecks.cs", "before.WithSmap(true)", "before.WithSmap(false)", "with SMAP on, the kernel reaches user memory by user copies only")]
    [DataRow("user page mapped too far", "UserCopyChecks.cs", "space.MapNew(KernelLayout.User, PageRights.UserReadWrite);", "space.MapNew(KernelLayout.User, PageRights.UserReadWrite); space.MapNew(KernelLayout.User + Size4KiB.Bytes, PageRights.UserReadWrite);", "a user copy that faults says how many bytes are missing")]
    [DataRow("memory lost", "MachineMemory.cs", "        builder.ReserveBootData(boot);", "        builder.Add(0x200_0000, 0x100_0000, MemoryRegionKind.Reserved);\n        builder.ReserveBootData(boot);", "no usable memory is lost but the rest of a frame at an edge")]
    [DataRow("user bit set", "KernelSpace.cs", ".WithCacheDisable(rights == PageRights.Device)", ".WithUser(rights != PageRights.ReadOnly).WithCacheDisable(rights == PageRights.Device)", "no page is open to user mode")]
    [DataRow("trampoline left mapped", "ProcessorChecks.cs", "        space.Unmap(Processors.TrampolinePage);\n", "", "the trampoline page is unmapped again, on every CPU")]
    [DataRow("unmapped without a flush", "KernelSpace.cs", "        Cpu.InvalidatePage(address.Value);\n", "", "the trampoline page is unmapped again, on every CPU")]
    [DataRow("banner missing", "VgaBanner.cs", "Atomic.Store(ref cell, character);", "", "the banner in the VGA text buffer reads back")]
    public void AWrongKernelFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithKernelChange(file, original, replacement);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("reserved memory taken as usable", "Boot/MemoryRegionKinds.cs", "1 => MemoryRegionKind.Usable,", "1 or 2 => MemoryRegionKind.Usable,", "usable memory is usable to the firmware, byte for byte")]
    public void AWrongLibraryFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.BootWithLibraryChange(file, original, replacement);

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
        CommandResult result = Mutant.BootWithNativeChange(file, original, replacement);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    [TestMethod]
    public void TheUnchangedNativeHalfPassesWhenBuiltThisWay() =>
        Assert.AreEqual(0, Mutant.BootWithNativeChange("traps.s", "# the frame", "# the trap frame").ExitCode);
}
