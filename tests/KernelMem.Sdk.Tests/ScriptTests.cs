using System;
using System.Globalization;
using System.IO;
using KernelMem.Kernels;

namespace KernelMem.Sdk.Tests;

/// <summary>The exit codes of the scripts, with a stand-in for the program they run.</summary>
[TestClass]
public sealed class ScriptTests
{
    private const int Misused = 64;
    private const int EmulatorFailed = 66;

    private const string GoodResults = """<ResultSummary outcome="Completed"><Counters total="3" executed="3" passed="3" failed="0" />""";

    [TestMethod]
    [DataRow(33, 0)]
    [DataRow(35, 1)]
    [DataRow(37, 2)]
    [DataRow(95, 31)]
    [DataRow(0, EmulatorFailed)]
    [DataRow(1, EmulatorFailed)]
    [DataRow(31, EmulatorFailed)]
    [DataRow(34, EmulatorFailed)]
    [DataRow(97, EmulatorFailed)]
    [DataRow(125, EmulatorFailed)]
    [DataRow(127, EmulatorFailed)]
    [DataRow(137, EmulatorFailed)]
    [DataRow(139, EmulatorFailed)]
    [DataRow(255, EmulatorFailed)]
    public void OnlyAKernelsStatusBecomesItsExitCode(int emulatorStatus, int exitCode)
    {
        using TemporaryFolder folder = new();

        CommandResult result = BootScript(folder, emulatorStatus, "--image", folder.File("image.elf"));

        Assert.AreEqual(exitCode, result.ExitCode, result.Output);
    }

    [TestMethod]
    public void AResetIsCalledAReset()
    {
        using TemporaryFolder folder = new();

        StringAssert.Contains(BootScript(folder, 0, "--image", folder.File("image.elf")).Output, "the machine reset", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--memory")]
    [DataRow("--append")]
    [DataRow("--timeout")]
    public void AnOptionWithoutItsValueIsRefused(string option)
    {
        using TemporaryFolder folder = new();

        CommandResult result = BootScript(folder, 33, "--image", folder.File("image.elf"), option);

        Assert.AreEqual(Misused, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, option + " needs a value", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ARunThatHoldsPasses()
    {
        CommandResult result = TestScript(GoodResults, 0);

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "3 passed, 0 failed", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(GoodResults, 1, "3 passed, 1 failed")] // the test host crashed at its end
    [DataRow("""<ResultSummary outcome="Failed"><Counters total="3" executed="3" passed="3" failed="0" />""", 0, "3 passed, 1 failed")]
    [DataRow("""<ResultSummary outcome="Failed"><Counters total="3" executed="3" passed="1" failed="2" />""", 1, "1 passed, 2 failed")]
    [DataRow("""<ResultSummary outcome="Completed"><Counters total="0" executed="0" passed="0" failed="0" />""", 0, "0 passed, 1 failed")]
    [DataRow("""<ResultSummary outcome="Completed"><Counters />""", 0, "0 passed, 1 failed")]
    [DataRow("""<ResultSummary outcome="Completed">""", 0, "0 passed, 1 failed")]
    [DataRow("", 0, "0 passed, 1 failed")]
    public void ABrokenRunFails(string results, int testStatus, string lastLine)
    {
        CommandResult result = TestScript(results, testStatus);

        Assert.AreEqual(1, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, lastLine, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void WithoutAnEmulatorTheScenarioIsSimulated(int simulationStatus)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("eng"));
        File.Copy(Repository.PathOf("eng", "prepare.sh"), folder.File("eng/prepare.sh"));
        File.Copy(Repository.PathOf("run.sh"), folder.File("run.sh"));
        WriteProgram(folder, "apt-get", "exit 100");
        WriteProgram(folder, "id", "echo 0");
        WriteProgram(folder, "dotnet", $$"""
            case "$1" in
                *SimulatedKernel.dll) echo "the scenario ran"; exit {{simulationStatus.ToString(CultureInfo.InvariantCulture)}} ;;
            esac
            """);
        foreach (string program in (string[])["bash", "sh", "dirname", "mktemp", "rm", "cat"])
            File.CreateSymbolicLink(folder.File(program), Command.RunChecked(folder.Path, "sh", "-c", "command -v " + program).Trim());

        // Nothing but these programs: an emulator that this machine has is not seen.
        CommandResult result = Command.Run(folder.Path, "env", "PATH=" + folder.Path, "bash", folder.File("run.sh"), "--memory", "1G");

        Assert.AreEqual(simulationStatus, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "NO QEMU", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "do not apply to it: --memory 1G", StringComparison.Ordinal);
        StringAssert.Contains(result.Output, "the scenario ran", StringComparison.Ordinal);
    }

    private static CommandResult BootScript(TemporaryFolder folder, int emulatorStatus, params string[] arguments)
    {
        File.WriteAllText(folder.File("image.elf"), "");
        WriteProgram(folder, "qemu-system-x86_64", "exit " + emulatorStatus.ToString(CultureInfo.InvariantCulture));
        return Run(folder, [Repository.PathOf("src", "KernelMem.Sdk", "boot.sh"), .. arguments]);
    }

    // The script in a repository of one test project, whose results are given.
    private static CommandResult TestScript(string results, int testStatus)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("eng"));
        File.Copy(Repository.PathOf("eng", "prepare.sh"), folder.File("eng/prepare.sh"));
        File.Copy(Repository.PathOf("test.sh"), folder.File("test.sh"));
        Directory.CreateDirectory(folder.File("tests/Some.Tests"));
        File.WriteAllText(folder.File("tests/Some.Tests/Some.Tests.csproj"), "");
        foreach (string program in (string[])["as", "ld.lld", "qemu-system-x86_64"])
            WriteProgram(folder, program, "exit 1");
        WriteProgram(folder, "dotnet", $$"""
            [ "$1" = test ] || exit 0
            while [ "$1" != --results-directory ]; do shift; done
            echo '{{results}}' > "$2/Some.Tests.trx"
            exit {{testStatus.ToString(CultureInfo.InvariantCulture)}}
            """);
        return Run(folder, folder.File("test.sh"));
    }

    private static void WriteProgram(TemporaryFolder folder, string name, string script)
    {
        string path = folder.File(name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        Command.RunChecked(folder.Path, "chmod", "+x", path);
    }

    private static CommandResult Run(TemporaryFolder folder, params string[] command) =>
        Command.Run(folder.Path, "env", ["PATH=" + folder.Path + ":" + Environment.GetEnvironmentVariable("PATH"), "bash", .. command]);
}
