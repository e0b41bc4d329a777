using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using KernelMem.Failures;

namespace KernelMem.Tests.Docs;

/// <summary>The table of features names what there is: types, members, test classes, and groups of the scenario.</summary>
[TestClass]
public sealed partial class FeatureTableTests
{
    private static readonly string[] Groups =
        ["frames", "mapping", "page faults and programs", "heap", "out of memory", "all CPUs at once", "the books"];

    [TestMethod]
    public void Every_name_is_one_that_there_is()
    {
        List<string[]> rows = [.. Rows(GuideText.Guide("features.md"))];
        Assert.IsGreaterThan(20, rows.Count);
        List<string> problems = [.. rows.SelectMany(row => Problems(row[1], row[2]))];
        Assert.IsEmpty(problems, string.Join(Environment.NewLine, problems));
        foreach (string group in Groups)
            Assert.IsTrue(rows.Exists(row => row[2].EndsWith("scenario: " + group, StringComparison.Ordinal)), group);
    }

    [TestMethod]
    [DataRow("`VirtAdr`", "`FrameTests`")]
    [DataRow("`VirtAddr.Creat`", "`FrameTests`")]
    [DataRow("`PageMapper.Mapp`", "`FrameTests`")]
    [DataRow("`VirtAddr`", "`NoSuchTests`")]
    [DataRow("`VirtAddr`", "scenario: cellar")]
    [DataRow("", "`FrameTests`")]
    [DataRow("`VirtAddr`", "")]
    public void A_name_that_is_none_is_noticed(string api, string tests) => Assert.HasCount(1, Problems(api, tests).ToList());

    private static IEnumerable<string> Problems(string api, string tests)
    {
        string[] names = Names(api);
        string[] classes = Names(tests);
        string group = tests.Contains("scenario: ", StringComparison.Ordinal) ? tests[(tests.IndexOf("scenario: ", StringComparison.Ordinal) + 10)..] : "";
        if (names.Length == 0)
            yield return "a feature without an API";
        if (classes.Length == 0 && group.Length == 0)
            yield return $"{api} is not tested";
        foreach (string name in names.Where(name => !Exists(name)))
            yield return $"there is no {name}";
        foreach (string name in classes.Where(name => !TestFiles.Contains(name)))
            yield return $"there is no test class {name}";
        if (group.Length != 0 && !Groups.Contains(group))
            yield return $"there is no group {group}";
    }

    private static HashSet<string> TestFiles =>
        [.. Directory.EnumerateFiles(Path.Combine(Root(), "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    private static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        return typeof(Panic).Assembly.GetExportedTypes()
            .Where(type => type.Name.Split('`')[0] == parts[0])
            .Any(type => parts.Length == 1 || type.GetMember(parts[1], Public).Length != 0);
    }

    private static string[] Names(string cell) => [.. CodeSpan().Matches(cell).Select(match => match.Groups["name"].Value)];

    private static IEnumerable<string[]> Rows(string markdown) => markdown.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Skip(1)
        .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray());

    private static string Root()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "KernelMem.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return directory.FullName;
    }

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeSpan();
}
