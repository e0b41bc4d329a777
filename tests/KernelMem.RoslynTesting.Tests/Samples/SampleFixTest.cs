using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>A test of a fix for bad names, on the platform of this machine.</summary>
internal sealed class SampleFixTest<TCodeFix> : CSharpCodeFixTest<BadNameAnalyzer, TCodeFix, DefaultVerifier>
    where TCodeFix : CodeFixProvider, new()
{
    public SampleFixTest(string source, string fixedSource)
    {
        this.UseReferences(PlatformReferences.Net100);
        TestCode = source;
        FixedCode = fixedSource;
    }
}
