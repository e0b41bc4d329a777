using System;
using KernelMem.Kernels;

namespace KernelMem.Sdk.Tests;

/// <summary>The frame benchmark, compiled by ILC and by the JIT: that it runs, and that what it measures does what it should.</summary>
[TestClass]
public sealed class FrameBenchTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Every_allocator_gives_each_frame_out_once_in_every_workload(bool freestanding)
    {
        CommandResult run = Run(freestanding, "--verify");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "verified: every frame was given out once at a time", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void An_allocator_that_gives_frames_out_twice_is_found(bool freestanding)
    {
        CommandResult run = Run(freestanding, "--verify-broken");

        Assert.AreEqual(1, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "failed: the broken allocator", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Every_table_is_written_and_no_workload_allocates_managed_memory(bool freestanding)
    {
        CommandResult run = Run(freestanding, "--smoke");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        foreach (string row in (string[])["a: all frames in order, alloc", "f: mixed orders, an operation", "churn pair"])
            StringAssert.Contains(run.Output, "| " + row + " | ", StringComparison.Ordinal);
        StringAssert.Contains(run.Output, "| managed bytes allocated in the workloads | 0 | 0 | | | | yes |", StringComparison.Ordinal);
    }

    private static CommandResult Run(bool freestanding, string option)
    {
        string folder = freestanding ? "FrameBench.Linux" : "FrameBench.Jit";
        string built = Repository.PathOf("bench", folder, "bin", Repository.Configuration, "net10.0", folder);
        return freestanding
            ? Command.Run(Repository.Root, built + ".elf", option)
            : Command.Run(Repository.Root, "dotnet", built + ".dll", option);
    }
}
