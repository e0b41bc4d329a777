using System;
using System.IO;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>
/// Compares what is generated from the rules with the files of the repository. To accept a change, run the tests with
/// <c>KERNELMEM_UPDATE_DOCS=1</c>, and read the difference in version control.
/// </summary>
internal static class DocFile
{
    private const string UpdateVariable = "KERNELMEM_UPDATE_DOCS";

    /// <summary>The pages and their index.</summary>
    public static string Rules { get; } = PathOf("docs", "rules");

    /// <summary>What a project imports with the rules.</summary>
    public static string Build { get; } = PathOf("src", "KernelMem.Analyzers", "build");

    /// <summary>A file is as <paramref name="generate"/> would have it, given what is there now.</summary>
    public static void IsAsGenerated(string path, Func<string, string> generate)
    {
        string actual = File.Exists(path) ? File.ReadAllText(path) : string.Empty;
        string expected = generate(actual);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1" && expected != actual)
        {
            File.WriteAllText(path, expected);
            actual = expected;
        }

        Assert.AreEqual(expected, actual, $"{Path.GetFileName(path)} is not as the rules say. Run with {UpdateVariable}=1.");
    }

    private static string PathOf(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KernelMem.sln")))
        {
            folder = folder.Parent;
        }

        string root = folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return Path.Combine([root, .. parts]);
    }
}
