using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

public static unsafe class Environment
{
    /// <summary>The end: hands the message to the machine's <c>kernelmem_panic</c>, which does not come back.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FailFast(string message)
    {
        fixed (char* text = message)
            Panic(text, message is null ? 0 : message.Length);
        while (true)
        {
        }
    }

    [RuntimeImport("*", "kernelmem_panic")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Panic(char* text, int length);
}
