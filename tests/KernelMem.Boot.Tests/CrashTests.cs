using System;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>A kernel that goes wrong says how, and its exit code says that it did. The crash is put into the boot kernel's last step.</summary>
[TestClass]
public sealed class CrashTests
{
    private const int Panic = 2;
    private const int UnhandledTrap = 3;

    [TestMethod]
    [DataRow("int[] table = Crash.Table; table[information > 0 ? 3 : 0]++;", "PANIC: Index out of range")]
    [DataRow("int big = int.MaxValue; Crash.Number = checked(big + (information > 0 ? 1 : 0));", "PANIC: Arithmetic overflow")]
    [DataRow("KernelMem.Addresses.VirtAddr.Create(0x8000_0000_0000 | (information & 1));", "PANIC: VirtAddr")]
    public void AFaultOfTheProgramIsAPanic(string statement, string message)
    {
        CommandResult result = BootWith(statement);

        Assert.AreEqual(Panic, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, message, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("*(byte*)(information & 1) = 1;", "#PF page fault")]
    [DataRow("Crash.Number = 1 / (int)(information & 0);", "#DE divide error")]
    [DataRow("Crash.Number = Crash.Recurse(1);", "#DF double fault")]
    [DataRow("while (information != 1) CpuTeam.Apic.SendNonMaskable(CpuTeam.Apic.Id);", "NMI on CPU")]
    public void AnExceptionThatNobodyHandlesIsReported(string statement, string name)
    {
        CommandResult result = BootWith(statement);

        Assert.AreEqual(UnhandledTrap, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, name, StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "on CPU 0x00", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AKernelThatHangsIsStopped()
    {
        CommandResult result = Mutant.BootWithKernelChange(
            "Kernel.cs", "QemuExit.Exit(checks.Finish()", "while (information != 1) Cpu.Pause();\n        QemuExit.Exit(checks.Finish()", seconds: 5);

        Assert.AreEqual(124, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "did not end within 5 seconds", StringComparison.Ordinal);
    }

    private static CommandResult BootWith(string statement) => Mutant.BootWithKernelChange(
        "Kernel.cs",
        "QemuExit.Exit(checks.Finish()",
        statement + "\n        QemuExit.Exit(checks.Finish()",
        seconds: 30,
        added: """

            internal static unsafe class Crash
            {
                public static int Number;
                public static readonly int[] Table = { 1, 2, 3 };

                [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
                public static int Recurse(int depth)
                {
                    long* local = stackalloc long[64];
                    local[depth & 63] = depth;
                    return Recurse(depth + 1) + (int)local[0];
                }
            }
            """);
}
