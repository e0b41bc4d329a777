using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Tests of an analyzer in one line.</summary>
public class AnalyzerVerifier<TAnalyzer, TTest, TVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TTest : AnalyzerTest<TVerifier>, new()
    where TVerifier : IVerifier, new()
{
    /// <summary>The only diagnostic of the analyzer.</summary>
    public static DiagnosticResult Diagnostic() => Diagnostic(SingleDescriptor(_ => true, "its only"));

    /// <summary>The diagnostic of the analyzer that has this id.</summary>
    public static DiagnosticResult Diagnostic(string diagnosticId)
        => Diagnostic(SingleDescriptor(descriptor => descriptor.Id == diagnosticId, $"the id {diagnosticId}"));

    public static DiagnosticResult Diagnostic(DiagnosticDescriptor descriptor) => new(descriptor);

    public static Task VerifyAnalyzerAsync(string source, params DiagnosticResult[] expected)
    {
        var test = new TTest { TestCode = source };
        test.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync(CancellationToken.None);
    }

    private static DiagnosticDescriptor SingleDescriptor(Func<DiagnosticDescriptor, bool> fits, string wanted)
    {
        DiagnosticDescriptor[] fitting = [.. new TAnalyzer().SupportedDiagnostics.Where(fits)];
        return fitting.Length == 1
            ? fitting[0]
            : throw new InvalidOperationException(
                $"'Diagnostic' wants one descriptor of {typeof(TAnalyzer).Name} ({wanted}); there are {fitting.Length}. "
                + "Name the descriptor itself.");
    }
}
