using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>The boot script in a terminal, where QEMU sets the terminal up: a process in the background that does so is stopped.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TerminalTests
{
    [TestMethod]
    public void BootsInATerminal()
    {
        string boot = $"bash '{Repository.PathOf("src", "KernelMem.Sdk", "boot.sh")}' --image '{Emulator.BootKernelImage}' --timeout 30";

        // `script` runs a command on a pseudo-terminal, its standard input included, and ends as the command does.
        CommandResult result = Command.Run(Repository.Root, "script", "--quiet", "--return", "--command", boot, "/dev/null");

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
    }
}
