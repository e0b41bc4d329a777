using System;
using System.IO;
using System.Linq;
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

        [BitLayout(typeof(uint))]
        [Reserved(16, 31)]
        [Forbid("Busy & Mode == Off")]
        internal readonly partial struct DeviceStatus
        {
            [Bit(0)]
            public partial bool Ready { get; }

            [Bit(1, Access = FieldAccess.ReadOnly)]
            public partial bool Busy { get; }

            [Bits(2, 4)]
            public partial DeviceMode Mode { get; }

            [Address(12, 15)]
            public partial Frame Buffer { get; }

            [Bits(5, 11, Software = true)]
            public partial byte Owner { get; }
        }

        internal enum DeviceMode : byte { Off = 0, On = 1, Test = 5 }

        internal static class Kernel
        {
            [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
            private static void Main(BootProtocol protocol, ulong information)
            {
                SerialPort.Initialize();
                SerialPort.Write("hello from a package\n"u8);
                bool canonical = VirtAddr.TryCreate(0x0000_8000_0000_0000, out _);
                bool ready = DeviceStatus.FromRaw(1).Ready && WriteStatus();
                QemuExit.Exit(ready && !canonical ? ExitCode.Success : ExitCode.Failure);
            }

            /// <summary>All that is generated for a layout links and runs without a runtime.</summary>
            private static bool WriteStatus()
            {
                uint register = 0;
                DeviceStatus.Store(ref register, DeviceStatus.Initial.WithMode(DeviceMode.Test).WithBuffer(Frame.FromNumber(3)).WithOwner(9));
                DeviceStatus seen = DeviceStatus.AtomicSet(ref register, DeviceStatusFlags.Ready);
                while (!DeviceStatus.TryUpdate(ref register, ref seen, seen.With(DeviceStatusFlags.Ready)))
                {
                }

                DeviceStatus status = DeviceStatus.Load(in register);
                System.Span<byte> text = stackalloc byte[DeviceStatus.MaxTextLength];
                System.Span<char> wide = stackalloc char[DeviceStatus.MaxTextLength];
                if (!status.TryFormat(text, out int length) || !status.TryFormat(wide, out int wideLength) || length != wideLength)
                    return false;

                SerialPort.Write(text.Slice(0, length));
                SerialPort.Write("\n"u8);
                return status.TryGetMode(out _) && status.IsValidFor(36) && !DeviceStatus.TryCreate(2, out _)
                    && DeviceStatus.FromRaw(2).Validate().Number == 1 && !status.TryWithMode((DeviceMode)4, out _);
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

    private const string JoiningKernel = """
        using System.Runtime.InteropServices;
        using KernelMem.Boot;

        internal static class Kernel
        {
            private static string? s_text;

            [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
            private static void Main(BootProtocol protocol, ulong information) => s_text = "a" + s_text;
        }
        """;

    private const string MendableKernel = """
        using System;
        using System.Runtime.InteropServices;
        using KernelMem.Annotations;
        using KernelMem.Boot;
        using KernelMem.Failures;
        using KernelMem.Machine;
        using KernelMem.Paging;

        internal enum Trouble
        {
            None,
            TooMuch,
        }

        internal interface IDevice
        {
            int Read();
        }

        internal struct Clock : IDevice
        {
            public int Read() => 1;
        }

        internal sealed class Point
        {
            public int X;
        }

        [HardwareStruct]
        internal struct Descriptor
        {
            public uint Low;
            public uint High;
        }

        internal static class Kernel
        {
            [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
            private static void Main(BootProtocol protocol, ulong information)
            {
                SerialPort.Initialize();
                int[] squares = new int[4];
                for (int index = 0; index < squares.Length; index++)
                {
                    squares[index] = index * index;
                }

                Func<int, int> twice = Twice;
                int sum = Sum(squares[3], Poll(new Clock()), twice(16), new Point { X = 0 }.X);
                bool refused = !Check(sum).IsSuccess;
                Protection protection = Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute);
                QemuExit.Exit(refused && !protection.IsExecutable ? ExitCode.Success : ExitCode.Failure);
            }

            private static int Twice(int number) => 2 * number;

            private static int Poll(IDevice device) => device.Read();

            private static int Sum(params int[] numbers)
            {
                int sum = 0;
                foreach (int number in numbers)
                {
                    sum += number;
                }

                return sum;
            }

            private static Result<Trouble> Check(int sum)
            {
                if (sum == 42)
                    throw new InvalidOperationException("the answer");

                return default;
            }
        }
        """;

    // Found in no folder of packages but the test's own, whatever the machine has restored before.
    private static readonly string s_version = "0.1.0-test." + Guid.NewGuid().ToString("N");
    private static TemporaryFolder? s_folder;

    private static TemporaryFolder Folder => s_folder ?? throw new InvalidOperationException("There are no packages.");

    [ClassInitialize]
    public static void Pack(TestContext context)
    {
        s_folder = new TemporaryFolder();
        foreach (string project in (string[])["KernelMem", "KernelMem.Sdk"])
        {
            Command.RunChecked(
                Repository.Root, "dotnet", "pack", Repository.PathOf("src", project, project + ".csproj"),
                "-c", Repository.Configuration, "--no-build", "-p:PackageVersion=" + s_version, "--nologo", "-v", "quiet", "-o", Folder.File("feed"));
        }

        // The packages of this test come from its own folder and go to its own folder; all others come from where they always do.
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Folder.File("nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>
              <packageSources><add key="this test" value="feed" /></packageSources>
            </configuration>
            """);
    }

    [ClassCleanup]
    public static void Delete() => s_folder?.Dispose();

    [TestMethod]
    public void AKernelBuildsAndRuns()
    {
        string kernel = WriteProject("Good", "", GoodKernel);

        Command.RunChecked(kernel, "dotnet", "build", "--nologo", "-v", "quiet");
        CommandResult run = Command.Run(kernel, "dotnet", "run", "--no-build", "--", "--memory", "64M");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "hello from a package", StringComparison.Ordinal);
        StringAssert.Contains(run.Output, "Ready Mode=Test Owner=0x9 Buffer=0x3000", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ALinuxProgramBuildsAndRuns()
    {
        string program = WriteProject("Linux", "<PropertyGroup><KernelTarget>linux</KernelTarget></PropertyGroup>", LinuxProgram);

        CommandResult run = Command.Run(program, "dotnet", "run");

        Assert.AreEqual(42, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "hello from system calls", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AnAllocatingKernelIsRefusedByTheRules()
    {
        CommandResult refused = Command.Run(WriteProject("Checked", "", AllocatingKernel), "dotnet", "build", "--nologo", "-v", "quiet");

        Assert.AreNotEqual(0, refused.ExitCode, refused.Output);
        StringAssert.Contains(refused.Output, "Kernel.cs(17,49): error KM1001: 'Escape' must not allocate, but creates an object of class 'object'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AProfileThatThereIsNotIsRefused()
    {
        string kernel = WriteProject("Unknown", "<PropertyGroup><KernelMemProfile>Kernal</KernelMemProfile></PropertyGroup>", GoodKernel);

        CommandResult refused = Command.Run(kernel, "dotnet", "build", "--nologo", "-v", "quiet");

        Assert.AreNotEqual(0, refused.ExitCode, refused.Output);
        StringAssert.Contains(refused.Output, "error KM0001: KernelMemProfile is 'Kernal'; it may be Hosted, Kernel, Audit or Off.", StringComparison.Ordinal);
    }

    [TestMethod]
    public void TheFixesMendAKernelWhichThenBuildsAndRuns()
    {
        string kernel = WriteProject("Mended", "", MendableKernel);
        string before = Command.Run(kernel, "dotnet", "build", "--nologo", "-v", "quiet").Output;
        foreach (string rule in (string[])["KM1001", "KM1002", "KM1003", "KM1007", "KM1009", "KM1014", "KM2005", "KM4001"])
        {
            StringAssert.Contains(before, "error " + rule, StringComparison.Ordinal);
        }

        Command.RunChecked(kernel, "dotnet", "format", "analyzers", "--no-restore", "--severity", "error");

        Command.RunChecked(kernel, "dotnet", "build", "--no-restore", "--nologo", "-v", "quiet");
        CommandResult run = Command.Run(kernel, "dotnet", "run", "--no-build", "--", "--memory", "64M");
        Assert.AreEqual(0, run.ExitCode, run.Output);
    }

    /// <summary>Without the rules, the link is there.</summary>
    [TestMethod]
    public void AnAllocatingKernelIsRefusedAtTheLine()
    {
        string output = BuildRefused(WriteProject("Allocating", "", AllocatingKernel));

        StringAssert.Contains(output, "Kernel.cs(17): error KM1001", StringComparison.Ordinal);
        StringAssert.Contains(output, "RhpNewFast", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AKernelThatNeedsMoreOfDotNetIsRefusedInTheSameWordsEachTime()
    {
        string kernel = WriteProject("Joining", "", JoiningKernel);

        for (int build = 0; build < 2; build++)
        {
            string output = BuildRefused(kernel);
            StringAssert.Contains(output, "error KM1018", StringComparison.Ordinal);
            StringAssert.Contains(output, "String.Concat", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void AKernelWithoutAnEntryPointIsToldWhatToWrite() => StringAssert.Contains(
        BuildRefused(WriteProject("Empty", "", "")), "[UnmanagedCallersOnly(EntryPoint = \"kernel_main\")]", StringComparison.Ordinal);

    [TestMethod]
    public void WhatChangesIsBuiltAgainAndOnlyThat()
    {
        string project = WriteProject("Again", "", GoodKernel);
        string kit = Folder.File($"packages/kernelmem.sdk/{s_version}/kit");
        string objects = Path.Combine(project, "obj", "Debug", "net10.0", "image");
        string kernelObject = Path.Combine(objects, "kernel.o");
        string image = Path.Combine(project, "bin", "Debug", "net10.0", "Again.elf");
        string multibootImage = Path.ChangeExtension(image, ".multiboot.elf");
        Command.RunChecked(project, "dotnet", "restore");
        Build();

        string[] nothing = NewAfter(static () => { });
        Assert.IsEmpty(nothing, string.Join(", ", nothing));
        CollectionAssert.AreEqual(new[] { image, multibootImage }, NewAfter(() => Touch("native/bare/image.ld")));
        CollectionAssert.AreEqual(new[] { image }, NewAfter(() => Touch("native/bare/pvh.o")));
        CollectionAssert.AreEqual(new[] { multibootImage }, NewAfter(() => Touch("native/bare/multiboot.o")));
        CollectionAssert.AreEqual(new[] { multibootImage }, NewAfter(() => File.Delete(multibootImage)));
        CollectionAssert.AreEqual(new[] { kernelObject, image, multibootImage }, NewAfter(() => Touch("facades/System.Runtime.dll")));
        CollectionAssert.AreEqual(
            new[] { kernelObject, image, multibootImage }, NewAfter(static () => { }, "-p:KernelInstructionSet=avx2"), "a changed property");

        Command.RunChecked(project, "dotnet", "clean", "--nologo", "-v", "quiet");
        Assert.IsFalse(File.Exists(image) || File.Exists(multibootImage) || Directory.Exists(objects));

        void Build(params string[] arguments) => Command.RunChecked(project, "dotnet", ["build", "--no-restore", "--nologo", "-v", "quiet", .. arguments]);

        void Touch(string kitFile) => File.SetLastWriteTimeUtc(Path.Combine(kit, kitFile), DateTime.UtcNow);

        string[] NewAfter(Action change, params string[] arguments)
        {
            string[] files = [kernelObject, image, multibootImage];
            DateTime[] before = [.. files.Select(File.GetLastWriteTimeUtc)];
            change();
            Build(arguments);
            return [.. files.Where((file, i) => File.GetLastWriteTimeUtc(file) != before[i])];
        }
    }

    private static string BuildRefused(string project)
    {
        CommandResult refused = Command.Run(project, "dotnet", "build", "--nologo", "-v", "quiet", "-p:RunAnalyzers=false");
        Assert.AreNotEqual(0, refused.ExitCode, refused.Output);
        return refused.Output;
    }

    private static string WriteProject(string name, string properties, string source)
    {
        string project = Directory.CreateDirectory(Folder.File(name)).FullName;
        File.WriteAllText(Path.Combine(project, name + ".csproj"), $"""<Project Sdk="KernelMem.Sdk/{s_version}">{properties}</Project>""");
        File.WriteAllText(Path.Combine(project, "Kernel.cs"), source);
        return project;
    }
}
