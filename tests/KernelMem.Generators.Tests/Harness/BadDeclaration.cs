using System;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Tests.Harness;

/// <summary>Checks what is said about a declaration with an error.</summary>
internal static class BadDeclaration
{
    /// <summary>What sources that are checked can name.</summary>
    public const string Usings = "using KernelMem.Addresses;\nusing KernelMem.Annotations;\n";

    /// <summary>Each message belongs to one diagnostic, all of the id; the first of them points at the marked text.</summary>
    public static void Check(string id, string markedSource, params string[] messages)
    {
        int start = markedSource.IndexOf("[|", StringComparison.Ordinal);
        int end = markedSource.IndexOf("|]", StringComparison.Ordinal) - 2;
        string source = markedSource.Replace("[|", string.Empty, StringComparison.Ordinal).Replace("|]", string.Empty, StringComparison.Ordinal);

        Generation generation = Generation.Of(Usings + source);

        Assert.HasCount(messages.Length, generation.Reported, string.Join('\n', generation.Reported));
        for (int index = 0; index < messages.Length; index++)
        {
            Diagnostic diagnostic = generation.Reported[index];
            Assert.AreEqual(id, diagnostic.Id);
            StringAssert.Contains(diagnostic.GetMessage(CultureInfo.InvariantCulture), messages[index]);
        }

        Assert.IsEmpty(generation.Layouts, "a bad declaration generates no layout");
        if (id != "KM8001")
            Assert.IsEmpty(generation.ErrorsThatSilenceUs, string.Join('\n', generation.ErrorsThatSilenceUs));

        Assert.AreEqual(source[start..end], TextAt(Usings + source, generation.Reported[0]));
    }

    private static string TextAt(string source, Diagnostic diagnostic)
        => source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length);
}
