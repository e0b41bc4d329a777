using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>
/// The boot kernel runs all its checks when UEFI firmware starts GRUB, and GRUB starts the kernel. Among them: that the two maps it gets,
/// GRUB's and UEFI's own, agree.
/// </summary>
[TestClass]
[TestCategory("Uefi")]
public sealed class UefiBootTests
{
    // The firmware takes its time, more so on a busy host.
    private const int Seconds = 180;

    private const string MapsAgree = "  PASS  what the loader calls usable, UEFI calls free, the loader's or the boot services'";

    [TestMethod]
    [DataRow("256M", 2, "max", "", 5)]
    [DataRow("256M", 1, "qemu64", "", 4)]
    [DataRow("256M", 1, "max", "quiet no5lvl debug", 4)]
    [DataRow("256M", 1, "max", "quiet no5lvlx", 5)]
    [DataRow("3G", 2, "max", "no5lvl", 4)] // a third of it above 4 GiB
    public void BootsByMultiboot2AndPassesItsChecks(string memory, int cpus, string cpuModel, string commandLine, int levels)
    {
        CommandResult result = Emulator.Boot(Emulator.BootKernelImage, new EmulatedMachine(memory, cpus, cpuModel, CommandLine: commandLine, Uefi: true), Seconds);

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, $"started by Multiboot 2, command line \"{commandLine}\"", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, $"Our own page tables: {levels} levels", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, $"{cpus} of {cpus} processors are up", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "Memory as UEFI tells it", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, MapsAgree, StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "  PASS  and the other way round", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
    }

    // What if what the loader used were not free, and if memory of the runtime services were?
    [TestMethod]
    [TestCategory("Long")]
    [DataRow("is (>= 3 and <= 4) or 7", "  FAIL  what the loader calls usable, UEFI calls free, the loader's or the boot services'")]
    [DataRow("is (>= 1 and <= 7)", "  FAIL  and the other way round")]
    public void MapsThatDoNotAgreeAreNoticed(string types, string expected)
    {
        CommandResult result = Mutant.BootWithKernelChange(
            "UefiMapChecks.cs", "is (>= 1 and <= 4) or 7", types, Seconds, machine: new EmulatedMachine("256M", Uefi: true));

        Assert.AreEqual(1, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, expected, StringComparison.Ordinal);
    }

    [TestMethod]
    public void GrubBootsTheMultiboot1ImageToo()
    {
        CommandResult result = Emulator.Boot(
            Emulator.BootKernelImage, new EmulatedMachine("256M", Multiboot: true, CommandLine: "no5lvl", Uefi: true), Seconds);

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "started by Multiboot, command line \"no5lvl\"", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "Our own page tables: 4 levels", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
    }
}
