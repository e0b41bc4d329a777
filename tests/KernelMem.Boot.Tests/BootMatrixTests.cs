using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>The boot kernel runs all its checks on every kind of machine it claims to run on.</summary>
[TestClass]
public sealed partial class BootMatrixTests
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
    [DataRow("64M", 4, "max", false, "", 5)]
    [DataRow("256M", 4, "max", true, "", 5)]
    [DataRow("5G", 1, "qemu64", true, "", 4)]
    public void BootsAndPassesItsChecks(string memory, int cpus, string cpuModel, bool multiboot, string commandLine, int levels)
    {
        EmulatedMachine machine = new(memory, cpus, cpuModel, multiboot, commandLine);

        CommandResult result = Emulator.Boot(Emulator.BootKernelImage, machine, seconds: 180);

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, multiboot ? "started by Multiboot" : "started by PVH", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, $"Our own page tables: {levels} levels", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, $"{cpus} of {cpus} processors are up", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "no frame is lost, of any use (0 bytes lost)", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
    }

    [TestMethod]
    public void TheScenarioIsTheSameOnTheEmulatedAndOnTheSimulatedMachine()
    {
        CommandResult emulated = Emulator.Boot(Emulator.BootKernelImage, new EmulatedMachine(Memory: "1G", Cpus: 2));
        string program = Repository.PathOf("samples", "SimulatedKernel", "bin", Repository.Configuration, "net10.0", "SimulatedKernel.dll");
        CommandResult simulated = Command.Run(Repository.Root, "timeout", "60", "dotnet", program);

        Assert.AreEqual(0, simulated.ExitCode, simulated.Output);
        List<string> claims = ScenarioClaims(emulated.Output);
        Assert.IsGreaterThan(40, claims.Count, emulated.Output);
        CollectionAssert.AreEqual(claims, ScenarioClaims(simulated.Output));
    }

    // What is claimed from the first group of the scenario on, without the figures.
    private static List<string> ScenarioClaims(string report) =>
    [
        .. report.ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(static line => line != "Checks: frames")
            .Where(static line => line.StartsWith("  PASS  ", StringComparison.Ordinal) || line.StartsWith("Checks: ", StringComparison.Ordinal))
            .Select(static line => line.Split(" (")[0]),
    ];

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

        List<ReportedRegion> firmware = RegionsBelow("Memory as the firmware tells it", report);
        AssertFirmwareRegionsAreQemus(firmware, memory: 0x8000_0000);
        List<ReportedRegion> taken = RegionsBelow("Memory as KernelMem takes it", report);
        AssertIsOneMapOf(firmware, taken);
        StringAssert.Contains(report, "command line \"\"", StringComparison.Ordinal);
        foreach (string zone in (string[])["DMA", "Normal", "HighMem"])
            StringAssert.Contains(report, "  " + zone, StringComparison.Ordinal);
        StringAssert.Contains(report, "[####", StringComparison.Ordinal);
    }

    // What every QEMU tells of its q35 machine. Where the firmware's own memory below the end begins differs by its version.
    private static void AssertFirmwareRegionsAreQemus(List<ReportedRegion> regions, ulong memory)
    {
        ReportedRegion main = regions[3];
        ReportedRegion[] known =
        [
            new(0, 0x9FBFF, "usable"),
            new(0x9FC00, 0x9FFFF, "reserved"),
            new(0xF0000, 0xFFFFF, "reserved"),
            new(0x10_0000, main.Last, "usable"),
            new(main.Last + 1, memory - 1, "reserved"),
            new(0xB000_0000, 0xBFFF_FFFF, "reserved"), // PCI Express configuration space
        ];
        CollectionAssert.AreEqual(known, regions.GetRange(0, known.Length));
        Assert.IsLessThan(0x10_0000UL, memory - main.Last);
        CollectionAssert.Contains(regions, new ReportedRegion(0xFFFC_0000, 0xFFFF_FFFF, "reserved")); // the firmware's flash
        foreach (ReportedRegion device in regions.Skip(known.Length))
            Assert.AreEqual("reserved", device.Kind, device.ToString());
    }

    // The same bytes, cut at page borders and by what lies in them: sorted, without overlaps, and no byte lost or added but in
    // the page where the firmware's regions do not end at a page border.
    private static void AssertIsOneMapOf(List<ReportedRegion> firmware, List<ReportedRegion> taken)
    {
        for (int i = 1; i < taken.Count; i++)
            Assert.IsGreaterThan(taken[i - 1].Last, taken[i].Start, taken[i].ToString());
        Assert.AreEqual(Bytes(firmware), Bytes(taken));
        foreach (ReportedRegion region in firmware.Where(static region => region is { Kind: "reserved", Start: >= 0xF0000 }))
            CollectionAssert.Contains(taken, region);
        Assert.AreEqual(1, taken.Count(static region => region.Kind == "kernel"));

        static ulong Bytes(List<ReportedRegion> regions) => regions.Aggregate(0UL, static (sum, region) => sum + (region.Last - region.Start + 1));
    }

    // Every line of a list, up to the empty line behind it, must be a region, with the size that it has.
    private static List<ReportedRegion> RegionsBelow(string heading, string report)
    {
        string[] lines = report.ReplaceLineEndings("\n").Split('\n');
        int first = Array.IndexOf(lines, heading) + 1;
        Assert.IsGreaterThan(0, first, report);
        List<ReportedRegion> regions = [];
        foreach (string line in lines.Skip(first).TakeWhile(static line => line.Length > 0))
        {
            Match match = Line().Match(line);
            Assert.IsTrue(match.Success, line);
            ReportedRegion region = new(Hex(match.Groups["start"]), Hex(match.Groups["last"]), match.Groups["kind"].Value);
            Assert.AreEqual(SizeText(region.Last - region.Start + 1), match.Groups["size"].Value, line);
            regions.Add(region);
        }

        return regions;

        static ulong Hex(Group digits) => ulong.Parse(digits.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    // Tenths, cut off, of the largest unit of which there is one.
    private static string SizeText(ulong bytes)
    {
        string[] units = ["KiB", "MiB", "GiB", "TiB"];
        decimal size = bytes / 1024m;
        int unit = 0;
        for (; size >= 1024; size /= 1024)
            unit++;
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(size * 10) / 10:0.0} {units[unit]}");
    }

    [GeneratedRegex(@"^  0x(?<start>[0-9a-f]{16}) - 0x(?<last>[0-9a-f]{16}) +(?<size>\d+\.\d [KMGT]iB)  (?<kind>[a-z]+( [a-z]+)*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();

    private sealed record ReportedRegion(ulong Start, ulong Last, string Kind);
}
