using System;
using System.Linq;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>The boot kernel with heap, stacks, devices and direct map where nobody can know: all its checks hold there too.</summary>
[TestClass]
public sealed class RandomLayoutTests
{
    private const string SeedLine = "The address space is laid out at random: kaslr=";
    private static readonly string[] Moved = ["kernel heap", "kernel: all physical memory (direct map)", "kernel: devices", "kernel: regions"];

    [TestMethod]
    public void EachBootHasALayoutOfItsOwnAndItsSeedRepeatsIt()
    {
        string first = Boot(new EmulatedMachine(Cpus: 2, CommandLine: "quiet kaslr"));
        string second = Boot(new EmulatedMachine(Cpus: 1, CpuModel: "qemu64", CommandLine: "kaslr")); // without RDRAND
        string third = Boot(new EmulatedMachine(Cpus: 1, CommandLine: "no5lvl kaslr=" + SeedOf(first)));

        Assert.AreNotEqual(SeedOf(first), SeedOf(second));
        Assert.AreEqual(SeedOf(first), SeedOf(third));
        foreach (string part in Moved)
        {
            Assert.AreNotEqual(RangeOf(part, first), RangeOf(part, second), part);
            Assert.AreEqual(RangeOf(part, first), RangeOf(part, third), part);
        }
    }

    // More memory than the boot stub maps: the part above is reached in the new place only.
    [TestMethod]
    public void ASeedMovesAllPartsAlsoOnAMachineWithMuchMemory()
    {
        string usual = LayoutOf(Boot(new EmulatedMachine("3G", CommandLine: "kaslr=12")));

        foreach (string part in (string[])["0xffff800000000000 - 0xffff9fffffffffff", "0x0000444444440000", "0xffffa00000000000", "0xffffc00000000000"])
            Assert.DoesNotContain(part, usual, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("kaslr=")]
    [DataRow("kaslr=0xg")]
    [DataRow("kaslr=1a")]
    public void ASeedThatIsNoNumberIsRefused(string word)
    {
        CommandResult result = Emulator.Boot(Emulator.BootKernelImage, new EmulatedMachine(CommandLine: word));

        Assert.AreEqual(2, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "PANIC: Command line: kaslr= wants a number", StringComparison.Ordinal);
    }

    private static string Boot(EmulatedMachine machine)
    {
        CommandResult result = Emulator.Boot(Emulator.BootKernelImage, machine, seconds: 180);
        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
        return result.Output.ReplaceLineEndings("\n");
    }

    private static string SeedOf(string report) => Lines(report).Single(static line => line.StartsWith(SeedLine, StringComparison.Ordinal))[SeedLine.Length..];

    private static string RangeOf(string part, string report) => Lines(LayoutOf(report)).Single(line => line.EndsWith("  " + part, StringComparison.Ordinal))[..41];

    private static string LayoutOf(string report) =>
        string.Join('\n', Lines(report).SkipWhile(static line => line != "Address space").TakeWhile(static line => line != "Image"));

    private static string[] Lines(string text) => text.Split('\n');
}
