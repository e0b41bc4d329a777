using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Tests.Docs;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests.Determinism;

/// <summary>Runs all analyzers over files, in an order and by one thread or several, and tells everything that they say.</summary>
internal static class Analysis
{
    /// <summary>What is said of the files in any order of a few, concurrently and not, and twice; it must always be the same.</summary>
    public static async Task<string[]> SameInAnyOrderAsync(string profile, IReadOnlyList<(string Path, string Source)> files, int orders)
    {
        SyntaxTree[] trees = [.. files.Select(static file => CSharpSyntaxTree.ParseText(file.Source, KernelCompilation.ParseOptions, file.Path))];
        string[] first = await RunAsync(profile, trees, isConcurrent: false);
        AreSame("a second run", first, await RunAsync(profile, trees, isConcurrent: false));
        AreSame("several threads", first, await RunAsync(profile, trees, isConcurrent: true));
        for (int seed = 0; seed < orders; seed++)
        {
            SyntaxTree[] shuffled = [.. trees];
            if (seed == 0)
                Array.Reverse(shuffled);
            else
                new Random(seed).Shuffle(shuffled);
            AreSame($"order {seed}: {string.Join(", ", shuffled.Select(static tree => tree.FilePath))}", first, await RunAsync(profile, shuffled, isConcurrent: seed % 2 == 1));
        }

        return first;
    }

    private static async Task<string[]> RunAsync(string profile, SyntaxTree[] trees, bool isConcurrent)
    {
        var compilation = CSharpCompilation.Create(
            "Files",
            trees,
            KernelReferences.Library,
            ((CSharpCompilationOptions)KernelCompilation.Options).WithNullableContextOptions(NullableContextOptions.Disable));
        Assert.IsEmpty(compilation.GetDiagnostics().Where(static found => found.Severity == DiagnosticSeverity.Error));
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], new KernelOptions(profile)),
            onAnalyzerException: static (exception, _, _) => throw new InvalidOperationException("An analyzer has crashed.", exception),
            isConcurrent,
            logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> diagnostics = await compilation.WithAnalyzers(RuleCatalog.Analyzers, options).GetAnalyzerDiagnosticsAsync();
        return [.. diagnostics.Select(Describe).Order(StringComparer.Ordinal)];
    }

    private static string Describe(Diagnostic diagnostic)
        => $"{diagnostic.Id} {string.Join(" ", diagnostic.AdditionalLocations.Prepend(diagnostic.Location).Select(static place => $"{place.SourceTree?.FilePath}{place.SourceSpan}"))} "
            + diagnostic.GetMessage(CultureInfo.InvariantCulture);

    private static void AreSame(string mode, string[] first, string[] now)
    {
        string[] differences = [.. first.Except(now).Select(static line => "only before: " + line), .. now.Except(first).Select(static line => "only now:    " + line)];
        Assert.IsEmpty(differences, $"{mode}:\n{string.Join('\n', differences)}");
        Assert.HasCount(first.Length, now, mode);
    }
}
