using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests;

/// <summary>
/// Checks a rule on a source; what must be reported is marked in it. Every check compares the hidden modes too: a pragma suppresses, and
/// neither <c>&lt;auto-generated/&gt;</c> nor a second run, one thread or another order of the sources changes anything.
/// </summary>
internal static class Verify
{
    /// <summary>A source of a kernel (the profile <c>Kernel</c>).</summary>
    public static Task Rule<TAnalyzer>(string source, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
        => RuleIn<TAnalyzer>("Kernel", source, expected);

    /// <summary>A source of a project with another profile.</summary>
    public static Task RuleIn<TAnalyzer>(string profile, string source, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
        => Run(new ProfiledRuleTest<TAnalyzer>(profile), source, expected);

    /// <summary>A source of a kernel, whose suppressions are judged too.</summary>
    public static Task Suppressions<TAnalyzer>(string source, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
        => Run(new ProfiledRuleTest<TAnalyzer>("Kernel", areSuppressionsJudged: true), source, expected);

    private static Task Run<TAnalyzer>(ProfiledRuleTest<TAnalyzer> test, string source, DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        test.TestState.Sources.Add(("/0/Test0.cs", source));
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }
}
