using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Tests;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Host.Mef;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>
/// Every fix that is offered for any probe of the rules, and for probes of what the fixes are for, done: the result compiles as well as before,
/// the diagnostic is gone and no other has come, comments, regions and line ends are those of the file, and what can run gives the same.
/// </summary>
[TestClass]
public sealed class ProbeSweepTests
{
    /// <summary>What takes the place of an allocation each time: one at the first call, or one that an optimising compiler leaves out.</summary>
    private static readonly string[] s_lesser = ["KM1007", "KM1023"];

    private static readonly ImmutableArray<CodeFixProvider> s_fixes =
    [
        .. typeof(KernelCodeFix).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(KernelCodeFix)) && type.Namespace == typeof(CodeFixes.Allocation.ThrowFix).Namespace)
            .Select(static type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    [TestMethod]
    public async Task What_is_offered_for_the_probes_of_the_rules_compiles_and_mends()
    {
        ImmutableArray<Probe> probes = [.. ProbeTable.Read(PathOf("Probes.txt"))];
        string types = await File.ReadAllTextAsync(PathOf("ProbeTypes.txt"));
        HashSet<int> fixable = await Fixable(probes, types);
        Outcome[] outcomes = await Task.WhenAll(probes.Where(probe => fixable.Contains(probe.Number)).Select(probe => Task.Run(() => Sweep(types, probe))));

        Assert.AreEqual(string.Empty, string.Join('\n', outcomes.SelectMany(static outcome => outcome.Faults)));
        Assert.IsGreaterThan(300, outcomes.Length);
        Assert.IsGreaterThan(10, outcomes.Sum(static outcome => outcome.Fixes.Count));
    }

    [TestMethod]
    public async Task What_the_fixes_are_for_does_the_same_after_them()
    {
        string types = await File.ReadAllTextAsync(PathOf("ProbeTypes.txt"));
        Outcome[] outcomes = await Task.WhenAll(ProbeTable.Read(PathOf("FixProbes.txt")).Select(probe => Task.Run(() => Sweep(types, probe))));
        Dictionary<string, int> done = outcomes.SelectMany(static outcome => outcome.Fixes).CountBy(static fix => fix).ToDictionary();

        Assert.AreEqual(string.Empty, string.Join('\n', outcomes.SelectMany(static outcome => outcome.Faults)));
        Assert.AreEqual(string.Empty, string.Join('\n', outcomes.Where(static outcome => outcome.Fixes.Count == 0 || !outcome.Ran).Select(static outcome => outcome.Probe.Code)));
        Assert.AreEqual(string.Empty, string.Join(", ", s_fixes.Select(static fix => fix.GetType().Name).Where(fix => done.GetValueOrDefault(fix) < 4)));
    }

    /// <summary>The numbers of the probes that a rule with a fix speaks of.</summary>
    private static async Task<HashSet<int>> Fixable(ImmutableArray<Probe> probes, string types)
    {
        var compilation = CSharpCompilation.Create(
            "Probes",
            [Parse(types, "Types.cs"), .. probes.Select(static probe => Parse(probe.Source, probe.Namespace))],
            KernelReferences.Library,
            Options);
        ImmutableHashSet<string> ids = [.. s_fixes.SelectMany(static fix => fix.FixableDiagnosticIds)];
        ImmutableArray<Diagnostic> diagnostics = await compilation.WithAnalyzers([new AllocationAnalyzer()], new AnalyzerOptions([], new KernelOptions())).GetAnalyzerDiagnosticsAsync();
        HashSet<string> files = [.. diagnostics.Where(diagnostic => ids.Contains(diagnostic.Id)).Select(static diagnostic => diagnostic.Location.SourceTree!.FilePath)];
        return [.. probes.Where(probe => files.Contains(probe.Namespace)).Select(static probe => probe.Number)];
    }

    /// <summary>Does all that is offered, each for itself.</summary>
    private static async Task<Outcome> Sweep(string types, Probe probe)
    {
        using var workspace = new AdhocWorkspace(MefHostServices.DefaultHost);
        Document document = Create(workspace, types, probe);
        Verdict before = await Judge(document, probe);
        var outcome = new Outcome(probe, before.Result is not null, [], []);
        foreach ((Diagnostic diagnostic, CodeFixProvider fix) in before.Rules.SelectMany(static rule => s_fixes.Where(fix => fix.FixableDiagnosticIds.Contains(rule.Id)).Select(fix => (rule, fix))))
        {
            var actions = new List<CodeAction>();
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
            foreach (CodeAction action in actions)
            {
                Verdict after = await Judge(await Apply(document, action), probe);
                outcome.Fixes.Add(fix.GetType().Name);
                outcome.Faults.AddRange(Faults(before, after, diagnostic.Id).Select(fault => $"{action.Title}: {fault}\n  {probe.Code}\n  {after.Text.Replace("\r\n", "\n  ")}"));
            }
        }

        return outcome;
    }

    private static IEnumerable<string> Faults(Verdict before, Verdict after, string mended)
    {
        if (Counted(after.Rules).GetValueOrDefault(mended) >= Counted(before.Rules)[mended])
            yield return $"{mended} is still there";

        foreach ((string id, int count) in Counted(after.Rules).Concat(Counted(after.Compiler)))
        {
            int old = Counted(before.Rules).GetValueOrDefault(id) + Counted(before.Compiler).GetValueOrDefault(id);
            if (count > old && !s_lesser.Contains(id))
                yield return $"{id} has come: {after.Compiler.Concat(after.Rules).First(diagnostic => diagnostic.Id == id).GetMessage()}";
        }

        if (before.Result != after.Result)
            yield return $"{before.Result} has become {after.Result}";

        if (after.Text.Replace("\r\n", string.Empty).AsSpan().ContainsAny('\r', '\n'))
            yield return "line ends are mixed";

        foreach (string kept in (string[])["#region Probe\r\n", "// before\r\n", "/* behind */", "#endregion"])
        {
            if (!after.Text.Contains(kept))
                yield return $"lost: {kept}";
        }
    }

    private static Dictionary<string, int> Counted(IEnumerable<Diagnostic> diagnostics) => diagnostics.CountBy(static diagnostic => diagnostic.Id).ToDictionary();

    private static async Task<Document> Apply(Document document, CodeAction action)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(default);
        Document mended = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;

        // As the compiler will read it.
        return mended.WithText(await mended.GetTextAsync());
    }

    private static async Task<Verdict> Judge(Document document, Probe probe)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        using var image = new MemoryStream();
        ImmutableArray<Diagnostic> compiler = compilation.Emit(image).Diagnostics;
        ImmutableArray<Diagnostic> rules = await compilation.WithAnalyzers([new AllocationAnalyzer()], new AnalyzerOptions([], new KernelOptions())).GetAnalyzerDiagnosticsAsync();
        SyntaxTree? tree = await document.GetSyntaxTreeAsync();
        return new Verdict(
            [.. compiler.Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)],
            [.. rules.Where(diagnostic => diagnostic.Location.SourceTree == tree)],
            (await document.GetTextAsync()).ToString(),
            Run(image, probe));
    }

    /// <summary>What the probe gives when it runs; null where it has nothing to run.</summary>
    private static string? Run(MemoryStream image, Probe probe)
    {
        if (image.Length == 0 || !probe.Code.StartsWith("static object Run()", StringComparison.Ordinal))
            return null;

        var context = new AssemblyLoadContext(probe.Namespace, isCollectible: true);
        try
        {
            image.Position = 0;
            MethodInfo run = context.LoadFromStream(image).GetType(probe.Namespace + ".Probe", throwOnError: true)!.GetMethod("Run", BindingFlags.Static | BindingFlags.NonPublic)!;
            return string.Create(CultureInfo.InvariantCulture, $"{run.Invoke(null, null)}");
        }
        finally
        {
            context.Unload();
        }
    }

    private static CSharpCompilationOptions Options
        => KernelCompilation.Options.WithOptimizationLevel(OptimizationLevel.Release).WithNullableContextOptions(NullableContextOptions.Disable);

    private static Document Create(AdhocWorkspace workspace, string types, Probe probe)
        => workspace.CurrentSolution
            .AddProject("Probe", "Probe", LanguageNames.CSharp)
            .WithCompilationOptions(Options)
            .WithParseOptions(KernelCompilation.ParseOptions)
            .WithMetadataReferences(KernelReferences.Library)
            .AddDocument("Types.cs", types).Project
            .AddDocument("Probe.cs", $"#region Probe\r\n// before\r\n{probe.Source} /* behind */\r\n#endregion\r\n");

    private static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions, path);

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Allocation", file);

    /// <summary>What the compiler and the rules say of a text, and what it does.</summary>
    private sealed record Verdict(ImmutableArray<Diagnostic> Compiler, ImmutableArray<Diagnostic> Rules, string Text, string? Result);

    /// <summary>What came of a probe: whether it gave something when it ran, the fixes that were done, and what is wrong with them.</summary>
    private sealed record Outcome(Probe Probe, bool Ran, List<string> Fixes, List<string> Faults);
}
