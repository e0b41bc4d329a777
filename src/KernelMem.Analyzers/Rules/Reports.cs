using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Rules;

/// <summary>
/// What the rules have reported in one compilation, whether or not it is shown. Rules report through here, so that a suppression that
/// suppresses nothing can be told (KM0004).
/// </summary>
internal sealed class Reports
{
    private static readonly ConditionalWeakTable<Compilation, Reports> s_reports = new();

    private readonly ConcurrentDictionary<string, ConcurrentBag<(SyntaxTree? Tree, TextSpan Span)>> _places = new(StringComparer.Ordinal);

    public static Reports Of(Compilation compilation) => s_reports.GetValue(compilation, static _ => new Reports());

    /// <summary>Whether a rule reported something in a part of a file; without a file, anywhere.</summary>
    public bool Any(string id, SyntaxTree? tree, TextSpan span)
        => _places.TryGetValue(id, out ConcurrentBag<(SyntaxTree? Tree, TextSpan Span)>? places)
            && (tree is null || places.Any(place => place.Tree == tree && span.IntersectsWith(place.Span)));

    /// <summary>Notes a diagnostic, and gives it back.</summary>
    public static Diagnostic Note(Compilation compilation, Diagnostic diagnostic)
    {
        Of(compilation)._places.GetOrAdd(diagnostic.Id, static _ => []).Add((diagnostic.Location.SourceTree, diagnostic.Location.SourceSpan));
        return diagnostic;
    }
}

#pragma warning disable RS0030 // What everyone else has to go through.

/// <summary>How rules report.</summary>
internal static class ReportExtensions
{
    public static void Report(this SymbolAnalysisContext context, Diagnostic diagnostic)
        => context.ReportDiagnostic(Reports.Note(context.Compilation, diagnostic));

    public static void Report(this SyntaxNodeAnalysisContext context, Diagnostic diagnostic)
        => context.ReportDiagnostic(Reports.Note(context.Compilation, diagnostic));

    public static void Report(this OperationAnalysisContext context, Diagnostic diagnostic)
        => context.ReportDiagnostic(Reports.Note(context.Compilation, diagnostic));

    public static void Report(this OperationBlockAnalysisContext context, Diagnostic diagnostic)
        => context.ReportDiagnostic(Reports.Note(context.Compilation, diagnostic));

    public static void Report(this CompilationAnalysisContext context, Diagnostic diagnostic)
        => context.ReportDiagnostic(Reports.Note(context.Compilation, diagnostic));
}
