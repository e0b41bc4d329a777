using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>An analyzer test on the platform of this machine, with nothing else of our own.</summary>
internal sealed class SampleTest<TAnalyzer> : CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    public SampleTest(string source, params DiagnosticResult[] expected)
    {
        this.UseReferences(PlatformReferences.Net100);
        TestCode = source;
        ExpectedDiagnostics.AddRange(expected);
    }
}
