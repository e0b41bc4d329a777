using System.Diagnostics.CodeAnalysis;

namespace System.Diagnostics;

public static class Debug
{
    [Conditional("DEBUG")]
    public static void Assert([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            Environment.FailFast("Debug.Assert failed");
    }

    [Conditional("DEBUG")]
    public static void Assert([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            Environment.FailFast(message);
    }
}
