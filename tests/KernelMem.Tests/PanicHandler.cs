using System;
using System.Diagnostics.CodeAnalysis;
using KernelMem.Failures;

namespace KernelMem.Tests;

/// <summary>What a panic becomes in the tests: <c>Assert.ThrowsExactly&lt;PanicException&gt;(…)</c> sees it.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Only the handler makes it.")]
public sealed class PanicException(string message) : Exception(message);

/// <summary>Makes every panic of the test process an exception.</summary>
[TestClass]
public sealed class PanicHandler
{
    [AssemblyInitialize]
    public static unsafe void Install(TestContext context)
    {
        _ = context;
        Panic.Handler = &Throw;
    }

    private static void Throw(string message) => throw new PanicException(message);
}
