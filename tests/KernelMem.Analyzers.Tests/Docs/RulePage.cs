using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>The page of one rule, taken apart.</summary>
internal sealed partial class RulePage
{
    private static readonly string[] s_order = ["Cause", "Description", "How to fix", "When to suppress", "Example"];
    private readonly (string Title, string Text)[] _sections;
    private readonly string _text;

    public RulePage(string text)
    {
        _text = text;
        _sections = [.. text.Split("\n## ").Skip(1).Select(Section)];
    }

    /// <summary>The ids of the pages that there are.</summary>
    public static IEnumerable<string> Ids
        => Directory.EnumerateFiles(DocFile.Rules, "KM*.md").Select(static path => Path.GetFileNameWithoutExtension(path));

    /// <summary>The wrong example and the right one.</summary>
    public string[] Examples
    {
        get
        {
            string text = _sections.Single(static section => section.Title == "Example").Text;
            return [.. Block().Matches(text).Select(static match => match.Groups["code"].Value)];
        }
    }

    public static string PathOf(string id) => Path.Combine(DocFile.Rules, id + ".md");

    public static RulePage Of(string id) => new(File.ReadAllText(PathOf(id)));

    /// <summary>What the page lacks.</summary>
    public IEnumerable<string> Problems()
    {
        string[] titles = [.. _sections.Select(static section => section.Title)];
        if (!titles.SequenceEqual(s_order))
            yield return $"the sections are {string.Join(", ", titles)}, not {string.Join(", ", s_order)}";

        foreach ((string title, _) in _sections.Where(static section => section.Text.Length == 0))
        {
            yield return $"nothing is under '{title}'";
        }

        foreach (string target in Link().Matches(_text).Select(static match => match.Groups["target"].Value))
        {
            if (!File.Exists(Path.Combine(DocFile.Rules, target)))
                yield return $"there is no {target}";
        }
    }

    private static (string Title, string Text) Section(string section)
    {
        int end = section.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (section, string.Empty) : (section[..end], section[end..].Trim());
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)\n```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Block();

    /// <summary>Links to files, without the place inside them.</summary>
    [GeneratedRegex(@"\]\((?<target>[^)#:]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
