using System;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>The harness under test: ours or the real packages.</summary>
internal static class Harness
{
    /// <summary>Whether it is ours. The texts of messages are compared only then.</summary>
    public static bool IsOurs { get; } = typeof(DefaultVerifier).Assembly == typeof(PlatformReferences).Assembly;

    /// <summary>The test must fail, and its message must say all of this.</summary>
    public static async Task FailsAsync<TVerifier>(AnalyzerTest<TVerifier> test, params string[] messageParts)
        where TVerifier : IVerifier, new()
    {
        InvalidOperationException failure = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => test.RunAsync());
        if (!IsOurs)
            return;

        foreach (string part in messageParts)
        {
            Assert.Contains(part, failure.Message);
        }
    }
}
