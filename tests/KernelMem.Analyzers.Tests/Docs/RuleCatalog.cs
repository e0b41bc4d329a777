using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using KernelMem.Analyzers.Rules;
using KernelMem.CodeFixes;
using KernelMem.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>All rules: what the analyzers report, which of it can be fixed, and what the build itself reports.</summary>
internal static partial class RuleCatalog
{
    private static readonly ImmutableHashSet<string> s_fixable =
    [
        .. InstancesIn<CodeFixProvider>(typeof(KernelCodeFix).Assembly).SelectMany(static fix => fix.FixableDiagnosticIds),
    ];

    /// <summary>The rules' analyzers and the generator's.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. InstancesIn<DiagnosticAnalyzer>(typeof(KernelAnalyzer).Assembly),
        .. InstancesIn<DiagnosticAnalyzer>(typeof(LayoutAnalyzer).Assembly),
    ];

    /// <summary>What the analyzers report, by id.</summary>
    public static ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
    [
        .. Analyzers
            .SelectMany(static analyzer => analyzer.SupportedDiagnostics)
            .Distinct()
            .OrderBy(static rule => rule.Id, StringComparer.Ordinal),
    ];

    /// <summary>Errors of the build files: they have a page, but no descriptor.</summary>
    public static ImmutableArray<DocumentedRule> BuildErrors { get; } =
    [
        new("KM0001", "The profile has no such name", RuleCategories.Build, DiagnosticSeverity.Error, FollowsProfile: false, IsFixable: false),
        new("KM0006", "A line of a list of effects cannot be read", RuleCategories.Build, DiagnosticSeverity.Error, FollowsProfile: false, IsFixable: false),
    ];

    /// <summary>Everything that has a page.</summary>
    public static ImmutableArray<DocumentedRule> All { get; } =
        [.. BuildErrors.Concat(Descriptors.Select(Document)).OrderBy(static rule => rule.Id, StringComparer.Ordinal)];

    /// <summary>The ids in a build file, or in the code of a task.</summary>
    public static IEnumerable<string> IdsIn(string file)
        => ErrorCode().Matches(File.ReadAllText(file)).Select(static match => match.Groups["id"].Value);

    /// <summary>A layout with errors is not generated, and what stands in for it panics: no profile makes less of that.</summary>
    private static DocumentedRule Document(DiagnosticDescriptor rule)
        => new(
            rule.Id,
            rule.Title.ToString(CultureInfo.InvariantCulture),
            rule.Category,
            rule.DefaultSeverity,
            FollowsProfile: !rule.Id.StartsWith("KM8", StringComparison.Ordinal),
            s_fixable.Contains(rule.Id),
            IsForOptimisedCode: rule.Id == "KM1023");

    private static IEnumerable<T> InstancesIn<T>(Assembly assembly)
        => assembly.GetTypes()
            .Where(static type => !type.IsAbstract && typeof(T).IsAssignableFrom(type))
            .OrderBy(static type => type.FullName, StringComparer.Ordinal)
            .Select(static type => (T)Activator.CreateInstance(type)!);

    [GeneratedRegex(@"(\bCode=""|\bLogError\(null, "")(?<id>[^""]*)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ErrorCode();
}
