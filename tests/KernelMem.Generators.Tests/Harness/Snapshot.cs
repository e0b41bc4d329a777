using System;
using System.IO;
using System.Linq;
using System.Text;

namespace KernelMem.Generators.Tests.Harness;

/// <summary>
/// Compares generated text with what it was when someone last looked at it. To accept a change, run the tests with
/// <c>KERNELMEM_UPDATE_SNAPSHOTS=1</c>, and read the difference in version control.
/// </summary>
internal static class Snapshot
{
    private const string UpdateVariable = "KERNELMEM_UPDATE_SNAPSHOTS";

    public static void Matches(string name, string actual)
    {
        string path = Path.Combine(RepositoryRoot(), "tests", "KernelMem.Generators.Tests", "Snapshots", name + ".txt");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, actual);

        string expected = File.Exists(path) ? File.ReadAllText(path) : string.Empty;
        if (!string.Equals(expected, actual, StringComparison.Ordinal))
            Assert.Fail($"{name} is not as its snapshot. If it should change, run with {UpdateVariable}=1.{Difference(expected, actual)}");
    }

    public static string RepositoryRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KernelMem.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>The first place where two texts differ, with the lines around it.</summary>
    internal static string Difference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        int first = Enumerable.Range(0, Math.Max(before.Length, after.Length)).First(line => LineAt(before, line) != LineAt(after, line));

        var text = new StringBuilder().AppendLine().AppendLine($"First difference at line {first + 1}:");
        foreach (int line in Enumerable.Range(first - 2, 2).Where(line => line >= 0))
        {
            text.AppendLine("    " + before[line]);
        }

        foreach (int line in Enumerable.Range(first, 4))
        {
            if (LineAt(before, line) is { } old && old != LineAt(after, line))
                text.AppendLine("  - " + old);

            if (LineAt(after, line) is { } now)
                text.AppendLine((now == LineAt(before, line) ? "    " : "  + ") + now);
        }

        return text.ToString();
    }

    private static string? LineAt(string[] lines, int index) => index < lines.Length ? lines[index] : null;
}
