using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace KernelMem.CodeFixes.Trials;

/// <summary>
/// A solution in which nothing that the compiler says is hidden, or called by another severity. It is made once for all trials, and so is
/// what the compiler says of it.
/// </summary>
internal static class StrictSolution
{
    private static readonly ConditionalWeakTable<Solution, Dictionary<string, Solution>> s_strict = new();
    private static readonly ConditionalWeakTable<SyntaxTree, ConditionalWeakTable<Compilation, IReadOnlyDictionary<string, int>>> s_counts = new();

    /// <summary>The solution, strict in the projects of some of its documents.</summary>
    public static Solution Of(Solution solution, ImmutableArray<DocumentId> documents)
    {
        ImmutableArray<ProjectId> projects = [.. documents.Select(static document => document.ProjectId).Distinct().OrderBy(static project => project.Id)];
        string key = string.Join(" ", projects.Select(static project => project.Id));
        Dictionary<string, Solution> known = s_strict.GetOrCreateValue(solution);
        lock (known)
        {
            if (!known.TryGetValue(key, out Solution? strict))
                known.Add(key, strict = projects.Aggregate(solution, static (made, project) => made.GetProject(project)?.CompilationOptions is { } options ? made.WithProjectCompilationOptions(project, Strict(options)) : made));
            return strict;
        }
    }

    /// <summary>How many errors and warnings of each kind the compiler finds in a file.</summary>
    public static IReadOnlyDictionary<string, int> Counts(SemanticModel model, CancellationToken cancellation)
    {
        ConditionalWeakTable<Compilation, IReadOnlyDictionary<string, int>> ofTree = s_counts.GetOrCreateValue(model.SyntaxTree);
        if (ofTree.TryGetValue(model.Compilation, out IReadOnlyDictionary<string, int>? known))
            return known;

        Dictionary<string, int> counts = model.GetDiagnostics(cancellationToken: cancellation)
            .Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .GroupBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        return ofTree.GetValue(model.Compilation, _ => counts);
    }

    private static CompilationOptions Strict(CompilationOptions options)
        => options
            .WithGeneralDiagnosticOption(ReportDiagnostic.Default)
            .WithSpecificDiagnosticOptions([])
            .WithSyntaxTreeOptionsProvider(null)
            .WithReportSuppressedDiagnostics(true);
}
