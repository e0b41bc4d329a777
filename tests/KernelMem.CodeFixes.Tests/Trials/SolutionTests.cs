using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Tests;
using KernelMem.CodeFixes.Allocation;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Host.Mef;

namespace KernelMem.CodeFixes.Tests.Trials;

/// <summary>A declaration is changed for all projects of a solution, or not at all.</summary>
[TestClass]
public sealed class SolutionTests
{
    private const string Library = "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Caller\"), System.Runtime.CompilerServices.InternalsVisibleTo(\"User\")] static class D { public static int Sum(params int[] all) => all[0]; }";

    [TestMethod]
    [DataRow("class E { int M() => D.Sum(1) + D.Sum(new int[1]); }", 1)]
    [DataRow("class E { System.Func<int[], int> M() => D.Sum; }", 0)]
    [DataRow("class E { async System.Threading.Tasks.Task<int> M(System.Threading.Tasks.Task<int> t) => D.Sum(1, await t); }", 0)]
    public async Task A_user_in_another_project_counts(string user, int offered)
    {
        using var workspace = new AdhocWorkspace(MefHostServices.DefaultHost);
        Solution solution = Create(workspace, ("Library", Library), ("Caller", "class C { int M() => D.Sum(1, 2); }"), ("User", user));
        Document caller = solution.Projects.Single(static project => project.Name == "Caller").Documents.Single();

        CodeAction[] actions = await Offered(caller);

        Assert.HasCount(offered, actions);
        foreach (CodeAction action in actions)
        {
            Solution mended = (await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution;
            Document library = mended.Projects.Single(static project => project.Name == "Library").Documents.Single();
            Assert.Contains("params System.ReadOnlySpan<int> all", (await library.GetTextAsync()).ToString());
            foreach (Project project in mended.Projects)
            {
                Assert.IsEmpty((await project.GetCompilationAsync())!.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
            }
        }
    }

    [TestMethod]
    public async Task A_class_that_another_project_changes_stays_one()
    {
        const string type = "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"User\")] sealed class P { public int N; public static P Make() => new P(); }";
        using var workspace = new AdhocWorkspace(MefHostServices.DefaultHost);
        Solution still = Create(workspace, ("Library", type), ("User", "class E { int M() => P.Make().N; }"));
        Solution changed = Create(workspace, ("Library", type), ("User", "class E { void M() { P p = P.Make(); p.N = 1; } }"));

        Assert.HasCount(1, await Offered(still.Projects.Single(static project => project.Name == "Library").Documents.Single(), new ObjectToStructFix(), "KM1001"));
        Assert.IsEmpty(await Offered(changed.Projects.Single(static project => project.Name == "Library").Documents.Single(), new ObjectToStructFix(), "KM1001"));
    }

    private static Task<CodeAction[]> Offered(Document document) => Offered(document, new ParamsSpanFix(), "KM1009");

    private static async Task<CodeAction[]> Offered(Document document, CodeFixProvider fix, string rule)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        ImmutableArray<Diagnostic> diagnostics = await compilation.WithAnalyzers([new AllocationAnalyzer()], new AnalyzerOptions([], new KernelOptions())).GetAnalyzerDiagnosticsAsync();
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostics.Single(diagnostic => diagnostic.Id == rule), (action, _) => actions.Add(action), default));
        return [.. actions];
    }

    /// <summary>Each project refers to those before it.</summary>
    private static Solution Create(AdhocWorkspace workspace, params (string Name, string Source)[] projects)
    {
        Solution solution = workspace.CurrentSolution;
        foreach ((string name, string source) in projects)
        {
            ProjectReference[] earlier = [.. solution.ProjectIds.Select(static id => new ProjectReference(id))];
            solution = solution
                .AddProject(name, name, LanguageNames.CSharp)
                .WithCompilationOptions(KernelCompilation.Options)
                .WithParseOptions(KernelCompilation.ParseOptions)
                .WithMetadataReferences(KernelReferences.Library)
                .WithProjectReferences(earlier)
                .AddDocument(name + ".cs", source).Project.Solution;
        }

        return solution;
    }
}
