using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using KernelMem.Analyzers.Tests.Docs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests.Determinism;

/// <summary>
/// Which rules are told while typing: an editor asks for the diagnostics of the file that is edited, and what needs all of the compilation
/// comes in builds only. Those rules say so by the tag of Roslyn's, which editors go by.
/// </summary>
[TestClass]
public sealed class LiveTests
{
    /// <summary>What is called from code that is in other files, and what is said when all is looked at.</summary>
    private static readonly string[] s_onlyInBuilds = ["KM0003", "KM0004", "KM1017", "KM1020", "KM1021", "KM1022"];

    public static IEnumerable<object[]> Live => RulePagesTests.RulesOfCode.Where(static rule => !s_onlyInBuilds.Contains((string)rule[0]));

    public static IEnumerable<object[]> OnlyInBuilds => RulePagesTests.RulesOfCode.Where(static rule => s_onlyInBuilds.Contains((string)rule[0]));

    [TestMethod]
    public void Rules_that_need_the_compilation_say_so()
        => CollectionAssert.AreEqual(
            s_onlyInBuilds,
            RuleCatalog.Descriptors.Where(static rule => rule.CustomTags.Contains(WellKnownDiagnosticTags.CompilationEnd)).Select(static rule => rule.Id).ToArray());

    [TestMethod]
    [DynamicData(nameof(Live))]
    public async Task It_is_told_while_typing(string rule) => Assert.Contains(rule, await InEditorAsync(rule));

    [TestMethod]
    [DynamicData(nameof(OnlyInBuilds))]
    public async Task It_comes_in_builds(string rule) => Assert.DoesNotContain(rule, await InEditorAsync(rule));

    /// <summary>What an editor shows in the wrong example of the rule's page.</summary>
    private static async Task<string[]> InEditorAsync(string rule)
    {
        (Compilation compilation, SyntaxTree tree) = PageExample.CompileFile(RulePage.Of(rule).Examples[0]);
        CompilationWithAnalyzers analysis = compilation.WithAnalyzers(RuleCatalog.Analyzers, new AnalyzerOptions([], new KernelOptions()));
        ImmutableArray<Diagnostic> syntactic = await analysis.GetAnalyzerSyntaxDiagnosticsAsync(tree, CancellationToken.None);
        ImmutableArray<Diagnostic> semantic = await analysis.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, CancellationToken.None);
        return [.. syntactic.Concat(semantic).Select(static found => found.Id)];
    }
}
