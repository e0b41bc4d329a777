using System;
using KernelMem.Kernels;

namespace KernelMem.Sdk.Tests;

/// <summary>The paging benchmark, compiled by ILC and by the JIT: that it runs, and that it would see a page that is not as it should be.</summary>
[TestClass]
public sealed class PageBenchTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Every_table_is_written_every_page_is_right_and_no_managed_memory_is_allocated(bool freestanding)
    {
        CommandResult run = Run(freestanding, "--smoke");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        foreach (string row in (string[])["4 KiB: map, cold tables", "4 KiB: unmap in random order", "2 MiB: translate", "range: map, warm tables"])
            StringAssert.Contains(run.Output, "\n| " + row + " | ", StringComparison.Ordinal);
        StringAssert.Contains(run.Output, "| managed bytes allocated in the workloads | | 0 | 0 | yes |", StringComparison.Ordinal);
        Assert.IsFalse(run.Output.Contains("WRONG", StringComparison.Ordinal), run.Output);
    }

    [TestMethod]
    [DataRow(true, "frame")]
    [DataRow(true, "right")]
    [DataRow(true, "rest")]
    [DataRow(true, "table")]
    [DataRow(false, "frame")]
    [DataRow(false, "right")]
    [DataRow(false, "rest")]
    [DataRow(false, "table")]
    public void A_mapper_that_errs_is_found(bool freestanding, string error)
    {
        CommandResult run = Run(freestanding, "--verify-broken=" + error);

        Assert.AreEqual(1, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "failed: the mapper that errs", StringComparison.Ordinal);
    }

    private static CommandResult Run(bool freestanding, string option)
    {
        string folder = freestanding ? "PageBench.Linux" : "PageBench.Jit";
        string built = Repository.PathOf("bench", folder, "bin", Repository.Configuration, "net10.0", folder);
        return freestanding
            ? Command.Run(Repository.Root, built + ".elf", option)
            : Command.Run(Repository.Root, "dotnet", built + ".dll", option);
    }
}
