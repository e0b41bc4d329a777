using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Mono.Cecil;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>
/// The rules and the compiled code agree, probe by probe, on what is allocated and when. What is expected is read from the compiled code,
/// never written down.
/// </summary>
[TestClass]
public sealed class ProbeTests
{
    private static readonly IReadOnlyList<Probe> s_probes = ProbeTable.Read(PathOf("Probes.txt"));

    [TestMethod]
    [DataRow(OptimizationLevel.Debug)]
    [DataRow(OptimizationLevel.Release)]
    public async Task The_rules_and_the_compiled_code_agree(OptimizationLevel level)
    {
        (Probe Probe, IlAllocation[] Allocations, string[] Rules)[] verdicts = await Judge(level);

        Assert.AreEqual(string.Empty, string.Join('\n', verdicts.Where(static verdict => verdict.Probe.Exception is null).SelectMany(static verdict => Differences(verdict))));
        Assert.IsGreaterThan(700, verdicts.Count(static verdict => verdict.Allocations.Any(static allocation => allocation.Tier == IlTier.Always)));
        Assert.IsGreaterThan(300, verdicts.Count(static verdict => verdict.Allocations.Length == 0));

        // Without any one of the rules, the table would notice; and with one more wherever there is nothing.
        foreach (string rule in verdicts.SelectMany(static verdict => verdict.Rules).Distinct())
        {
            Assert.IsTrue(Array.Exists(verdicts, verdict => ProbeVerdict.Differences(verdict.Allocations, [.. verdict.Rules.Where(found => found != rule)]).Any()), rule);
            Assert.IsTrue(verdicts.Where(static verdict => verdict.Allocations.Length == 0).All(verdict => ProbeVerdict.Differences(verdict.Allocations, [rule]).Any()), rule);
        }
    }

    [TestMethod]
    public async Task Exceptions_are_few_and_needed()
    {
        (Probe Probe, IlAllocation[] Allocations, string[] Rules)[] verdicts = await Judge(OptimizationLevel.Release);
        (Probe Probe, IlAllocation[] Allocations, string[] Rules)[] exceptions = [.. verdicts.Where(static verdict => verdict.Probe.Exception is not null)];

        Assert.IsLessThan(verdicts.Length / 100, exceptions.Length);
        foreach ((Probe probe, IlAllocation[] allocations, string[] rules) in exceptions)
        {
            Assert.IsTrue(ProbeVerdict.Differences(allocations, rules).Any(), probe.Code);
        }
    }

    /// <summary>The probes, each with whether a rule speaks that is about optimised code.</summary>
    internal static async Task<IEnumerable<(Probe Probe, bool Speaks)>> Rules()
    {
        ILookup<int, string> diagnosed = await Diagnosed(Compile(OptimizationLevel.Release));
        return s_probes.Select((probe, line) => (probe, diagnosed[line].Any(static rule => rule != "KM1023")));
    }

    private static IEnumerable<string> Differences((Probe Probe, IlAllocation[] Allocations, string[] Rules) verdict)
        => ProbeVerdict.Differences(verdict.Allocations, verdict.Rules).Select(difference => $"{difference}: {verdict.Probe.Code}");

    private static async Task<(Probe Probe, IlAllocation[] Allocations, string[] Rules)[]> Judge(OptimizationLevel level)
    {
        CSharpCompilation compilation = Compile(level);
        ILookup<string, IlAllocation> emitted = Emitted(compilation);
        ILookup<int, string> diagnosed = await Diagnosed(compilation);
        return [.. s_probes.Select((probe, line) => (probe, emitted[probe.Namespace].ToArray(), diagnosed[line].ToArray()))];
    }

    private static CSharpCompilation Compile(OptimizationLevel level)
        => CSharpCompilation.Create(
            "Probes",
            [Parse(File.ReadAllText(PathOf("ProbeTypes.txt")), "Types.cs"), Parse(string.Join('\n', s_probes.Select(static probe => probe.Source)), "Probes.cs")],
            KernelReferences.Library,
            ((CSharpCompilationOptions)KernelCompilation.Options).WithOptimizationLevel(level).WithNullableContextOptions(NullableContextOptions.Disable));

    private static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions, path);

    /// <summary>The rules by the line of the probe.</summary>
    private static async Task<ILookup<int, string>> Diagnosed(CSharpCompilation compilation)
    {
        ImmutableArray<Diagnostic> diagnostics = await compilation
            .WithAnalyzers([new AllocationAnalyzer()], new AnalyzerOptions([], new KernelOptions()))
            .GetAnalyzerDiagnosticsAsync();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Assert.StartsWith("KM1", diagnostic.Id, diagnostic.ToString());
        }

        return diagnostics
            .Where(static diagnostic => diagnostic.Location.SourceTree?.FilePath == "Probes.cs")
            .ToLookup(static diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition.Line, static diagnostic => diagnostic.Id);
    }

    /// <summary>The allocations by the namespace of the probe.</summary>
    private static ILookup<string, IlAllocation> Emitted(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        image.Position = 0;
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(image);
        return assembly.MainModule.Types
            .SelectMany(static type => IlOracle.In(type), static (type, allocation) => (type.Namespace, allocation))
            .ToLookup(static found => found.Namespace, static found => found.allocation);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Allocation", file);
}
