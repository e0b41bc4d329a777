using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>A test of a generator with one additional file, on the platform of this machine.</summary>
internal sealed class SampleGeneratorTest<TGenerator> : CSharpSourceGeneratorTest<TGenerator, DefaultVerifier>
    where TGenerator : new()
{
    public SampleGeneratorTest(string source)
    {
        this.UseReferences(PlatformReferences.Net100);
        TestCode = source;
        TestState.AdditionalFiles.Add(("Shape.txt", string.Empty));
    }
}
