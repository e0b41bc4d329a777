using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting;

/// <summary>A test of one of our rules, of which no fix is asked; otherwise as <see cref="RuleFixTest{TAnalyzer, TCodeFix}"/>.</summary>
public class RuleTest<TAnalyzer> : RuleFixTest<TAnalyzer, EmptyCodeFixProvider>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    /// <summary>Checks one source; what it must report is marked in it or named.</summary>
    public static Task VerifyAsync(string source, params DiagnosticResult[] expected)
    {
        var test = new RuleTest<TAnalyzer> { TestCode = source };
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }
}
