using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace KernelMem.Tests.Docs;

/// <summary>Checks that every relative link of README and the guides leads to a file, and its anchor to a heading.</summary>
[TestClass]
public sealed partial class GuideLinkTests
{
    [TestMethod]
    public void Every_link_leads_to_a_file_and_a_heading()
    {
        string root = GuideText.RepositoryRoot();
        string[] pages = [Path.Combine(root, "README.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md"), .. Directory.GetFiles(Path.Combine(root, "bench"), "*.md")];
        Assert.IsGreaterThan(15, pages.Length);
        List<string> broken = [.. pages.SelectMany(page => Links(File.ReadAllText(page)).Where(link => !Leads(page, link)).Select(link => $"{Path.GetFileName(page)}: {link}"))];
        Assert.IsEmpty(broken, string.Join(Environment.NewLine, broken));
    }

    [TestMethod]
    [DataRow("[a](no-such-page.md)")]
    [DataRow("[a](README.md#no-such-heading)")]
    [DataRow("![a](docs/images/none.svg)")]
    public void A_broken_link_is_noticed(string text)
        => Assert.IsFalse(Leads(Path.Combine(GuideText.RepositoryRoot(), "README.md"), Links(text).Single()));

    private static IEnumerable<string> Links(string markdown)
        => Link().Matches(markdown).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    private static bool Leads(string page, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        if (!File.Exists(target))
            return Directory.Exists(target) && parts.Length == 1;
        return parts.Length == 1 || File.ReadLines(target).Where(line => line.StartsWith('#')).Any(line => Anchor(line) == parts[1]);
    }

    // As GitHub makes them: lower case, hyphens for spaces, other punctuation dropped.
    private static string Anchor(string heading)
        => string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant().Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_').Select(letter => letter == ' ' ? '-' : letter));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
