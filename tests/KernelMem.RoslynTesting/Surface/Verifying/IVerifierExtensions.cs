namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks made of the simple ones.</summary>
public static class IVerifierExtensions
{
    /// <summary>Compares two texts; the message shows the lines that differ.</summary>
    public static void EqualOrDiff(this IVerifier verifier, string expected, string actual, string? message = null)
    {
        if (expected != actual)
            verifier.Fail((message is null ? string.Empty : message + "\n") + TextDifference.Describe(expected, actual));
    }
}
