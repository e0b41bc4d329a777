using System;
using System.IO;
using KernelMem.Kernels;

namespace KernelMem.Sdk.Tests;

/// <summary>The SDK as its user meets it: packages, a project of a few lines, dotnet build, dotnet run.</summary>
[TestClass]
public sealed class KernelProjectTests
{
    private const string GoodKernel = """
        using System.Runtime.InteropServices;
        using KernelMem.Addresses;
        using KernelMem.Annotations;
        using KernelMem.Boot;
        using KernelMem.Machine;

        [BitLayout(typeof(byte))]
        [Ignored(1, 7)]
        internal readonly partial struct DeviceStatus
        {
            [Bit(0)]
            public partial bool Ready { get; }
        }

        internal static class Kernel
        {
            [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
            private static void Main(BootProtocol protocol, ulong information)
            {
                SerialPort.Initialize();
                SerialPort.Write("hello from a package\n"u8);
                bool canonical = VirtAddr.TryCreate(0x0000_8000_0000_0000, out _);
                bool ready = DeviceStatus.FromRaw(1).Ready;
                PowerSwitch.Exit(ready && !canonical ? ExitCode.Success : ExitCode.Failure);
            }
        }
        """;

    private const string AllocatingKernel = """
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using KernelMem.Boot;

        internal static class Kernel
        {
            private static object? s_escaped;

            [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
            private static void Main(BootProtocol protocol, ulong information)
            {
                while (s_escaped is null)
                    Escape();
            }

            [MethodImpl(MethodImplOptions.NoInlining)]
            private static void Escape() => s_escaped = new object();
        }
        """;

    private const string LinuxProgram = """
        using System.Runtime.InteropServices;
        using KernelMem.Machine.Linux;

        internal static unsafe class Program
        {
            [UnmanagedCallersOnly(EntryPoint = "program_main")]
            private static int Main(int argumentCount, byte** arguments)
            {
                LinuxSystem.Write("hello from system calls\n"u8);
                return 41 + argumentCount;
            }
        }
        """;

    // Found in no folder of packages but the test's own, whatever the machine has restored before.
    private static readonly string s_version = "0.1.0-test." + Guid.NewGuid().ToString("N");

    [TestMethod]
    public void ProjectsOnThePackagesBuildRunAndAreRefused()
    {
        using TemporaryFolder folder = new();
        Pack(folder);

        string kernel = WriteProject(folder, "Good", "", GoodKernel);
        Command.RunChecked(kernel, "dotnet", "build", "--nologo", "-v", "quiet");
        CommandResult run = Command.Run(kernel, "dotnet", "run", "--no-build", "--", "--memory", "64M");
        Assert.AreEqual(0, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "hello from a package", StringComparison.Ordinal);

        string allocating = WriteProject(folder, "Allocating", "", AllocatingKernel);
        CommandResult refused = Command.Run(allocating, "dotnet", "build", "--nologo", "-v", "quiet", "-p:RunAnalyzers=false");
        Assert.AreNotEqual(0, refused.ExitCode, refused.Output);
        StringAssert.Contains(refused.Output, "Kernel.cs(17): error KM1001", StringComparison.Ordinal);
        StringAssert.Contains(refused.Output, "RhpNewFast", StringComparison.Ordinal);

        string program = WriteProject(folder, "Linux", "<PropertyGroup><KernelTarget>linux</KernelTarget></PropertyGroup>", LinuxProgram);
        CommandResult ran = Command.Run(program, "dotnet", "run");
        Assert.AreEqual(42, ran.ExitCode, ran.Output);
        StringAssert.Contains(ran.Output, "hello from system calls", StringComparison.Ordinal);
    }

    private static void Pack(TemporaryFolder folder)
    {
        foreach (string project in (string[])["KernelMem", "KernelMem.Sdk"])
        {
            Command.RunChecked(
                Repository.Root, "dotnet", "pack", Repository.PathOf("src", project, project + ".csproj"),
                "-c", Repository.Configuration, "--no-build", "-p:PackageVersion=" + s_version, "--nologo", "-v", "quiet", "-o", folder.File("feed"));
        }

        // The packages of this test come from its own folder and go to its own folder; all others come from where they always do.
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(folder.File("nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>
              <packageSources><add key="this test" value="feed" /></packageSources>
            </configuration>
            """);
    }

    private static string WriteProject(TemporaryFolder folder, string name, string properties, string source)
    {
        string project = Directory.CreateDirectory(folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(project, name + ".csproj"), $"""<Project Sdk="KernelMem.Sdk/{s_version}">{properties}</Project>""");
        File.WriteAllText(Path.Combine(project, "Kernel.cs"), source);
        return project;
    }
}
