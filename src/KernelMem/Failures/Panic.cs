using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace KernelMem.Failures;

/// <summary>
/// The end of the line for broken invariants and for invalid input to a <c>Create</c>. Failures that a caller can handle
/// are values (<see cref="Result{T, TError}"/>) and never come here.
/// </summary>
/// <remarks>
/// There is one handler for the whole image, because a kernel that has lost an invariant has one way to stop. It is a
/// function pointer, so that installing and calling it allocates nothing.
/// </remarks>
public static unsafe class Panic
{
    /// <summary>
    /// What a panic does: null (the default) means <see cref="Environment.FailFast(string)"/>. A handler must not
    /// allocate and should not return; should it return, the process is failed all the same.
    /// </summary>
    /// <remarks>Set it once, before other CPUs start.</remarks>
    public static delegate*<string, void> Handler { get; set; }

    /// <summary>Reports a broken invariant. Does not return.</summary>
    /// <param name="message">A literal that says what was broken: nothing may be allocated on this path.</param>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Now(string message)
    {
        delegate*<string, void> handler = Handler;
        if (handler != null)
        {
            // SAFETY: the pointer was taken from a static method by whoever installed it, and methods are never unloaded.
            handler(message);
        }

        Environment.FailFast(message);
    }

    /// <summary>Panics unless <paramref name="condition"/> holds.</summary>
    /// <param name="condition">The invariant.</param>
    /// <param name="message">A literal that says what was broken.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Assert([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            Now(message);
    }
}
