using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>
/// The library's walk against QEMU's own: the kernel lists what is mapped as <c>Query</c> tells it and stands still, and QEMU's monitor is
/// asked what it finds in the same tables.
/// </summary>
/// <remarks>
/// One CPU, interrupts off: nothing changes between the two lists. What the kernel itself used meanwhile is mapped as accessed and dirty
/// from the beginning, so these two can be compared as well. With five levels, QEMU 7.2's <c>info mem</c> goes down where an
/// entry is absent and not where it is present, and takes for ever: there <c>info tlb</c> alone is asked.
/// </remarks>
[TestClass]
public sealed class PageListingTests
{
    private const string StandsStill = "The kernel stands still.";
    private const string Agrees = "a walk by the manual finds every page that is listed, and the same of it";

    [TestMethod]
    [DataRow("list-pages", 5)]
    [DataRow("no5lvl list-pages", 4)]
    public void TheEmulatorFindsThePagesThatQueryLists(string commandLine, int levels)
    {
        (string report, string infoTlb, string? infoMem) = BootAndAsk(Emulator.BootKernelImage, commandLine, levels);

        StringAssert.Contains(report, $"Our own page tables: {levels} levels", StringComparison.Ordinal);
        StringAssert.Contains(report, "PASS  " + Agrees, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", report, StringComparison.Ordinal);
        ListedPages pages = ListedPages.Parse(report);
        Assert.IsGreaterThan(30, pages.Runs.Count, report);
        IReadOnlyList<string> differences = pages.DifferencesFrom(infoTlb, infoMem);
        Assert.IsEmpty(differences, string.Join('\n', differences));

        foreach (ListedPages wrong in Falsified(pages))
            Assert.IsNotEmpty(wrong.DifferencesFrom(infoTlb, infoMem), "a false line is not noticed");
    }

    [TestMethod]
    [DataRow("global pages are not told", "Paging/EntryCodec.cs", ".WithGlobal(common.Global)", ".WithGlobal(false)")]
    [DataRow("rights that change do not end a run", "Paging/MappedPages.cs", "(entry & ~EntryCodec.Used) != expected", "((entry ^ expected) & ~EntryCodec.Used & ~PtEntry.WritableMask) != 0")]
    public void AWrongQueryDiffersFromTheEmulators(string mistake, string file, string original, string replacement)
    {
        using TemporaryFolder folder = new();

        string image = Mutant.BuildWithLibraryChange(folder, file, original, replacement);
        (string report, string infoTlb, string? infoMem) = BootAndAsk(image, "no5lvl list-pages", levels: 4);

        Assert.IsNotEmpty(ListedPages.Parse(report).DifferencesFrom(infoTlb, infoMem), mistake);
        StringAssert.Contains(report, "FAIL  " + Agrees, StringComparison.Ordinal);
    }

    private static (string Report, string InfoTlb, string? InfoMem) BootAndAsk(string image, string commandLine, int levels)
    {
        using MonitoredMachine machine = MonitoredMachine.Boot(image, new EmulatedMachine(CommandLine: commandLine));
        Assert.IsTrue(machine.WaitFor(StandsStill), machine.Output);
        return (machine.Output, machine.Ask("info tlb"), levels == 4 ? machine.Ask("info mem") : null);
    }

    // The list with one thing wrong: each of what a line says, in the first, the middle and the last.
    private static IEnumerable<ListedPages> Falsified(ListedPages pages)
    {
        int last = pages.Runs.Count - 1;
        foreach (int index in (int[])[0, last / 2, last])
        {
            ListedRun run = pages.Runs[index];
            foreach (ListedRun wrong in Falsified(run))
                yield return new ListedPages([.. pages.Runs.Take(index), wrong, .. pages.Runs.Skip(index + 1)]);
            yield return new ListedPages([.. pages.Runs.Take(index), .. pages.Runs.Skip(index + 1)]);
        }
    }

    private static IEnumerable<ListedRun> Falsified(ListedRun run)
    {
        yield return run with { Start = run.Start + 0x1000 };
        yield return run with { Bytes = run.Bytes + (4096UL << (9 * (run.Level - 1))) };
        yield return run with { Physical = run.Physical ^ 0x1000 };
        for (int i = 0; i < run.Rights.Length; i++)
            yield return run with { Rights = run.Rights[..i] + (run.Rights[i] == '-' ? "wxug"[i] : '-') + run.Rights[(i + 1)..] };
        yield return run with { Cache = run.Cache ^ 1 };
        yield return run with { Cache = run.Cache ^ 2 };
        yield return run with { Use = (run.Use[0] == 'a' ? '-' : 'a') + run.Use[1..] };
        yield return run with { Use = run.Use[..1] + (run.Use[1] == 'd' ? '-' : 'd') };
    }
}
