using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Tests.Docs;

/// <summary>Checks the glossary against the library's public types and against the list of terms.</summary>
[TestClass]
public sealed partial class GlossaryTests
{
    private static readonly string[] Terms =
    [
        "frame", "page", "huge page", "page table", "page-table entry (PTE)", "page-table walk", "canonical address", "zone", "order",
        "watermark", "per-CPU cache", "free list", "slab", "size class", "region (VMA)", "mapping", "anonymous memory", "demand paging",
        "copy-on-write", "page fault", "TLB shootdown", "IPI", "lazy TLB", "PCID", "guard page", "direct map", "identity map",
        "boot memory map", "bounce buffer", "red zone", "quarantine", "effect", "call graph", "lattice", "taint",
    ];

    [TestMethod]
    public void Every_term_has_a_definition()
    {
        List<string> defined = [.. Rows().Select(row => row[0])];
        Assert.IsEmpty(Terms.Except(defined), string.Join(", ", Terms.Except(defined)));
        Assert.HasCount(defined.Count, defined.Distinct().ToList(), "a term is defined twice");
    }

    [TestMethod]
    public void Every_name_exists()
    {
        List<string> missing = [.. Rows().SelectMany(row => CodeSpan().Matches(row[2])).Select(match => match.Groups["name"].Value).Where(name => !Exists(name))];
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [TestMethod]
    public void Every_term_names_a_type()
    {
        foreach (string[] row in Rows())
            Assert.IsTrue(CodeSpan().IsMatch(row[2]), row[0]);
    }

    private static IEnumerable<string[]> Rows() => GuideText.Guide("glossary.md").Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| term ", StringComparison.Ordinal))
        .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray());

    private static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        return typeof(Panic).Assembly.GetExportedTypes()
            .Concat(typeof(NoAllocAttribute).Assembly.GetExportedTypes())
            .Where(type => type.Name.Split('`')[0] == parts[0])
            .Any(type => parts.Length == 1 || type.GetMember(parts[1], Public).Length != 0);
    }

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeSpan();
}
