using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>The boot kernel runs all its checks on every kind of machine it claims to run on.</summary>
[TestClass]
public sealed class BootMatrixTests
{
    [TestMethod]
    [DataRow("64M", 1, "max", false, "", 5)]
    [DataRow("64M", 2, "qemu64", false, "", 4)]
    [DataRow("256M", 2, "max", false, "", 5)]
    [DataRow("256M", 2, "max", false, "no5lvl", 4)]
    [DataRow("256M", 1, "qemu64", true, "", 4)]
    [DataRow("256M", 2, "max", true, "", 5)]
    [DataRow("256M", 1, "max", true, "quiet no5lvl debug", 4)]
    [DataRow("3G", 1, "max", false, "", 5)]
    [DataRow("8G", 2, "max", false, "", 5)]
    [DataRow("8G", 1, "qemu64", true, "", 4)]
    public void BootsAndPassesItsChecks(string memory, int cpus, string cpuModel, bool multiboot, string commandLine, int levels)
    {
        EmulatedMachine machine = new(memory, cpus, cpuModel, multiboot, commandLine);

        CommandResult result = Emulator.Boot(Emulator.BootKernelImage, machine);

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, multiboot ? "started by Multiboot" : "started by PVH", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, $"Our own page tables: {levels} levels", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, $"{cpus} of {cpus} processors are up", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("no5lvlx")]
    [DataRow("xno5lvl")]
    [DataRow("no5lv l")]
    public void AWordLikeNo5LvlIsNotNo5Lvl(string commandLine)
    {
        CommandResult result = Emulator.Boot(Emulator.BootKernelImage, new EmulatedMachine(CommandLine: commandLine));

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "Our own page tables: 5 levels", StringComparison.Ordinal);
    }

    [TestMethod]
    public void TheReportShowsEveryRegionAndTheZones()
    {
        string report = Emulator.Boot(Emulator.BootKernelImage, new EmulatedMachine(Memory: "2G")).Output;

        StringAssert.Contains(report, "0x0000000000000000 - 0x000000000009fbff   639.0 KiB  usable", StringComparison.Ordinal);
        StringAssert.Contains(report, "command line \"\"", StringComparison.Ordinal);
        foreach (string zone in (string[])["DMA", "Normal", "HighMem"])
            StringAssert.Contains(report, "  " + zone, StringComparison.Ordinal);
        StringAssert.Contains(report, "[####", StringComparison.Ordinal);
    }
}
