using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
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
/// Every fix that is offered for any probe of the rules, done: the result compiles as well as before, the diagnostic is gone and no other has
/// come, and comments, regions and line ends are those of the file.
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
    public async Task What_is_offered_compiles_and_mends()
    {
        ImmutableArray<Probe> probes = [.. ProbeTable.Read(PathOf("Probes.txt"))];
        string types = await File.ReadAllTextAsync(PathOf("ProbeTypes.txt"));
        HashSet<int> fixable = await Fixable(probes, types);
        var faults = new List<string>();
        var offered = new Dictionary<string, int>(StringComparer.Ordinal);

        foreach (Probe probe in probes.Where(probe => fixable.Contains(probe.Number)))
        {
            using var workspace = new AdhocWorkspace(MefHostServices.DefaultHost);
            await Sweep(Create(workspace, types, probe), probe, faults, offered);
        }

        Assert.AreEqual(string.Empty, string.Join('\n', faults));

        // Needs more than a probe has: an overload for a string handler.
        string[] silent = [.. s_fixes.Select(static fix => fix.GetType().Name).Except(offered.Keys)];
        Assert.AreEqual("HandlerFix", string.Join(", ", silent), string.Join(", ", offered.Select(static count => $"{count.Key}: {count.Value}")));
        Assert.IsGreaterThan(100, offered.Values.Sum());
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

    private static async Task Sweep(Document document, Probe probe, List<string> faults, Dictionary<string, int> offered)
    {
        Verdict before = await Judge(document);
        foreach (Diagnostic diagnostic in before.Rules)
        {
            foreach (CodeFixProvider fix in s_fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                var actions = new List<CodeAction>();
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), default));
                foreach (CodeAction action in actions)
                {
                    offered[fix.GetType().Name] = offered.GetValueOrDefault(fix.GetType().Name) + 1;
                    Verdict after = await Judge(await Apply(document, action));
                    faults.AddRange(Faults(before, after, diagnostic.Id).Select(fault => $"{action.Title}: {fault}\n  {probe.Code}\n  {after.Text.Replace("\r\n", "\n  ")}"));
                }
            }
        }
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

    private static async Task<Verdict> Judge(Document document)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        using var image = new MemoryStream();
        ImmutableArray<Diagnostic> compiler = compilation.Emit(image).Diagnostics;
        ImmutableArray<Diagnostic> rules = await compilation.WithAnalyzers([new AllocationAnalyzer()], new AnalyzerOptions([], new KernelOptions())).GetAnalyzerDiagnosticsAsync();
        SyntaxTree? tree = await document.GetSyntaxTreeAsync();
        return new Verdict(
            [.. compiler.Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)],
            [.. rules.Where(diagnostic => diagnostic.Location.SourceTree == tree)],
            (await document.GetTextAsync()).ToString());
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

    /// <summary>What the compiler and the rules say of a text.</summary>
    private sealed record Verdict(ImmutableArray<Diagnostic> Compiler, ImmutableArray<Diagnostic> Rules, string Text);
}
