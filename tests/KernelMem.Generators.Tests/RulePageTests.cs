using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using KernelMem.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Tests;

/// <summary>Each rule has a page that says what the rule says, with an example that has the error and one that has not.</summary>
[TestClass]
public sealed class RulePageTests
{
    private static readonly string s_folder = Path.Combine(Snapshot.RepositoryRoot(), "docs", "rules");

    public static IEnumerable<object[]> Rules => new LayoutAnalyzer().SupportedDiagnostics.Select(rule => new object[] { rule.Id });

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void The_page_is_about_the_rule(string id)
    {
        DiagnosticDescriptor rule = new LayoutAnalyzer().SupportedDiagnostics.Single(rule => rule.Id == id);
        string page = Page(id);

        StringAssert.StartsWith(page, $"# {id}: {rule.Title.ToString(CultureInfo.InvariantCulture)}\n");
        StringAssert.Contains(page, $"| Category | {rule.Category} |");
        StringAssert.Contains(page, $"| Severity | {rule.DefaultSeverity} |");
        foreach (string heading in new[] { "Cause", "Description", "How to fix", "When to suppress", "Example" })
            StringAssert.Contains(page, $"\n## {heading}\n\n");
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void The_first_example_has_the_error_and_the_second_has_not(string id)
    {
        string[] examples = [.. Page(id).Split("```csharp\n").Skip(1).Select(part => part.Split("\n```")[0])];
        Assert.HasCount(2, examples);

        Diagnostic error = Generation.Of(BadDeclaration.Usings + examples[0]).Reported.Single();
        Assert.AreEqual(id, error.Id);
        int marked = Array.FindIndex((BadDeclaration.Usings + examples[0]).Split('\n'), line => line.EndsWith("// " + id, StringComparison.Ordinal));
        Assert.AreEqual(marked, error.Location.GetLineSpan().StartLinePosition.Line, "the line that the example marks");

        Generation mended = Generation.Of(BadDeclaration.Usings + examples[1]);
        Assert.IsEmpty(mended.Reported, string.Join('\n', mended.Reported));
        Assert.IsFalse(mended.CompilerProblems.Any(problem => problem.Severity == DiagnosticSeverity.Error), string.Join('\n', mended.CompilerProblems));
    }

    private static string Page(string id) => File.ReadAllText(Path.Combine(s_folder, id + ".md"));
}
