using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using KernelMem.Kernels;

namespace KernelMem.Sdk.Tests;

/// <summary>Mistakes put into the sample kernel fail its build, by our rules, at their lines: with the real compiler, by MSBuild.</summary>
[TestClass]
public sealed partial class RuleBuildTests
{
    /// <summary>Each becomes a file of the kernel; the mistake is in its line 9.</summary>
    private static readonly (string Id, string Members)[] s_mistakes =
    [
        ("KM1001", "    static object? s_o;\n    static void M() => s_o = new object();"),
        ("KM1003", "    static object? s_o;\n    static void M(int n) => s_o = n;"),
        ("KM1008", "    static string? s_s;\n    static void M(int n) => s_s = \"n = \" + s_s;"),
        ("KM1005", "    delegate int Get();\n    static Get M(int n) => () => n;"),
        ("KM1009", "    static void All(params int[] all) { }\n    static void M(int n) => All(n, n);"),
        ("KM1014", "\n    static void M() => throw null!;"),
        ("KM2002", "\n    static Page M() => Page.Create(VirtAddr.Create(0x1001));"),
        ("KM2006", "    [ExpectedSize(12), StructLayout(LayoutKind.Sequential)]\n    struct Header { ulong _a; ulong _b; }"),
        ("KM3001", "\n    static unsafe int M([UserMemory] int* argument) => *argument;"),
        ("KM4001", "\n    static Protection M() => Protection.Create(PageAccess.Read | PageAccess.Write | PageAccess.Execute);"),
        ("KM4011", "\n    static VirtAddr M() => VirtAddr.Create(0x0000_8000_0000_0000);"),
        ("KM5004", "    static PendingFlush Unmap() => default;\n    static void M() { Unmap(); }"),
    ];

    [TestMethod]
    public void MistakesInTheSampleKernelFailItsBuildAtTheirLines()
    {
        using var folder = new TemporaryFolder();
        for (int index = 0; index < s_mistakes.Length; index++)
        {
            File.WriteAllText(folder.File($"Mistake{index}.cs"), Source(index, s_mistakes[index].Members));
        }

        CommandResult build = BuildSampleWith(folder);

        Assert.AreNotEqual(0, build.ExitCode, build.Output);
        string[] expected = [.. s_mistakes.Select((mistake, index) => $"Mistake{index}.cs(9): error {mistake.Id}").Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(expected, ErrorsIn(build.Output), build.Output);
    }

    [TestMethod]
    public void TheSampleKernelBuiltThisWayWithoutAMistakeHasNoErrors()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("Mistake0.cs"), Source(0, "\n    static int M(int n) => n;"));

        CommandResult build = BuildSampleWith(folder);

        Assert.AreEqual(0, build.ExitCode, build.Output);
    }

    private static string Source(int index, string members) => $$"""
        using System.Runtime.InteropServices;
        using KernelMem.Addresses;
        using KernelMem.Annotations;
        using KernelMem.Paging;
        namespace Mistakes;
        internal static class Mistake{{index}}
        {
        {{members}}
        }

        """;

    /// <summary>The sample's own project with the folder's files added, compiled into the folder.</summary>
    private static CommandResult BuildSampleWith(TemporaryFolder folder)
    {
        string targets = folder.File("added.targets");
        File.WriteAllText(targets, $"""
            <Project>
              <PropertyGroup Condition="'$(MSBuildProjectName)' == 'BootKernel'">
                <IntermediateOutputPath>{folder.Path}/obj/</IntermediateOutputPath>
                <NoWarn>$(NoWarn);IDE0005;IDE0051;CS0169;CS8019</NoWarn>
              </PropertyGroup>
              <ItemGroup Condition="'$(MSBuildProjectName)' == 'BootKernel'">
                <Compile Include="{folder.Path}/*.cs" />
              </ItemGroup>
            </Project>
            """);
        return Command.Run(
            Repository.PathOf("samples", "BootKernel"), "dotnet", "build", "-c", Repository.Configuration, "--no-restore", "--nologo", "-v", "quiet",
            "-t:Compile", "-p:BuildProjectReferences=false", "-p:CustomBeforeMicrosoftCommonTargets=" + targets);
    }

    private static List<string> ErrorsIn(string output)
        => [.. ErrorLine().Matches(output).Select(static match => $"{match.Groups["file"].Value}({match.Groups["line"].Value}): error {match.Groups["id"].Value}").Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"(?<file>[^/\\\s]+\.cs)\((?<line>\d+),\d+\): error (?<id>[A-Z0-9]+):", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ErrorLine();
}
