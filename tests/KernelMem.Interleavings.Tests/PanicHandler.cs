using System;
using System.Diagnostics.CodeAnalysis;
using KernelMem.Failures;

namespace KernelMem.Interleavings.Tests;

/// <summary>What a panic becomes: the failure of the run that it happens in.</summary>
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

    private static void Throw(string message) => throw new PanicException($"panic: {message}");
}
