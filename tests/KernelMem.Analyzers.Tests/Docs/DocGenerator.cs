using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>Writes what follows from the rules alone: the heads of their pages, the table of all, the presets of the profiles.</summary>
internal static class DocGenerator
{
    private const string TableStart = "<!-- The table is generated. -->\n";
    private const string TableEnd = "<!-- The end of the table. -->\n";

    /// <summary>The profiles of KernelMemProfile.</summary>
    public static string[] Profiles { get; } = ["Hosted", "Kernel", "Audit", "Off"];

    /// <summary>A page with its title and its table; what is below them stays.</summary>
    public static string WithHead(string page, DocumentedRule rule)
    {
        string severity = rule.FollowsProfile
            ? $"Hosted: {rule.InHosted}, Kernel: {rule.InKernel}, Audit: {rule.InAudit}"
            : $"{rule.InHosted}, whatever the profile";
        string head = $"""
            # {rule.Id}: {rule.Title}

            | | |
            |---|---|
            | Category | {rule.Category} |
            | Severity | {severity} |
            | Code fix | {rule.Fix} |


            """;
        int body = page.IndexOf("## ", StringComparison.Ordinal);
        return body < 0 ? head : head + page[body..];
    }

    /// <summary>The index with the table of all rules; what is around it stays.</summary>
    public static string WithTable(string index)
    {
        int start = index.IndexOf(TableStart, StringComparison.Ordinal);
        int end = index.IndexOf(TableEnd, StringComparison.Ordinal);
        string before = start < 0 ? index : index[..start];
        string after = end < 0 ? string.Empty : index[(end + TableEnd.Length)..];

        var table = new StringBuilder("| rule | title | category | Hosted | Kernel | fix |\n|---|---|---|---|---|---|\n");
        foreach (DocumentedRule rule in RuleCatalog.All)
        {
            string category = rule.Category["KernelMem.".Length..];
            table.Append($"| [{rule.Id}]({rule.Id}.md) | {rule.Title} | {category} | {rule.InHosted} | {rule.InKernel} | {rule.Fix} |\n");
        }

        return before + TableStart + table + TableEnd + after;
    }

    /// <summary>The severities of a profile. Hosted has those that the rules themselves have.</summary>
    public static string Preset(string profile)
    {
        Func<DocumentedRule, string>? severity = profile switch
        {
            "Kernel" => static rule => rule.InKernel,
            "Audit" => static rule => rule.InAudit,
            "Off" => static _ => "none",
            _ => null,
        };
        string head = $"# The severities of the profile {profile}. Generated from the rules.\nis_global = true\nglobal_level = -1\n";
        if (severity is null)
            return head;

        IEnumerable<DocumentedRule> rules = RuleCatalog.All.Where(static rule => rule.FollowsProfile);
        return head + "\n" + string.Concat(rules.Select(rule => $"dotnet_diagnostic.{rule.Id}.severity = {severity(rule)}\n"));
    }
}
