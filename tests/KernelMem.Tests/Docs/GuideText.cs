using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace KernelMem.Tests.Docs;

/// <summary>Reads guides, and the sources that their examples come from.</summary>
internal static class GuideText
{
    /// <summary>The C# blocks of a text in Markdown, each as its lines without indentation.</summary>
    public static IReadOnlyList<string> CSharpBlocks(string markdown)
    {
        List<string> blocks = [];
        List<string>? block = null;
        foreach (string line in markdown.Split('\n').Select(line => line.Trim()))
        {
            if (block is null && line == "```csharp")
            {
                block = [];
            }
            else if (block is not null && line == "```")
            {
                blocks.Add(string.Join('\n', block));
                block = null;
            }
            else
            {
                block?.Add(line);
            }
        }

        return blocks;
    }

    /// <summary>The blocks that are not, line for line, in any of the sources.</summary>
    public static IReadOnlyList<string> Missing(string markdown, IEnumerable<string> sources)
    {
        List<string> normalised = [.. sources.Select(Normalise)];
        return [.. CSharpBlocks(markdown).Where(block => !normalised.Exists(source => source.Contains("\n" + block + "\n", StringComparison.Ordinal)))];
    }

    public static string Guide(string name) => File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", name));

    public static IEnumerable<string> ExampleSources()
        => Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "tests", "KernelMem.Tests", "Docs"), "*Examples.cs").Select(File.ReadAllText);

    /// <summary>The rules that the generator has, released or not.</summary>
    public static IEnumerable<string> LayoutRules()
        => Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "src", "KernelMem.Generators"), "AnalyzerReleases.*.md")
            .SelectMany(File.ReadAllLines)
            .Where(line => line.StartsWith("KM", StringComparison.Ordinal))
            .Select(line => line.Split('|')[0].Trim());

    public static string RepositoryRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KernelMem.sln")))
            directory = directory.Parent;

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    private static string Normalise(string source) => "\n" + string.Join('\n', source.Split('\n').Select(line => line.Trim())) + "\n";
}
