using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Generators;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests.Docs;

/// <summary>
/// Compiles an example of a page as members of a class of a kernel, with the generator, and runs all analyzers over it. An example is
/// only a part of a program: its members may be unused.
/// </summary>
internal static class PageExample
{
    private const string Path = "Example.cs";
    private const string Before = "unsafe partial class Example\n{\n";
    private const int LinesBefore = 2;

    /// <summary>CS0067, CS0168, CS0169, CS0219, CS0414, CS0649, CS8321: something is never used, or never set.</summary>
    private static readonly string[] s_unused = ["CS0067", "CS0168", "CS0169", "CS0219", "CS0414", "CS0649", "CS8321"];

    /// <summary>What is wrong with an example that should report a rule on the lines that say so, and nothing else.</summary>
    public static Task<string[]> ProblemsAsync(string example, string id)
    {
        string mark = "// " + id;
        string[] lines = example.Split('\n');
        IEnumerable<int> marked = Enumerable.Range(0, lines.Length).Where(line => lines[line].EndsWith(mark, StringComparison.Ordinal));
        return CompareAsync(example, [.. marked.Select(line => (id, line + 1))]);
    }

    /// <summary>What is wrong with an example that should report nothing.</summary>
    public static Task<string[]> ProblemsAsync(string example) => CompareAsync(example, []);

    /// <summary>The compilation of an example, and its file.</summary>
    public static (Compilation Compilation, SyntaxTree File) CompileFile(string example)
    {
        Compilation compilation = Compile(example);
        return (compilation, compilation.SyntaxTrees.Single(static tree => tree.FilePath == Path));
    }

    private static async Task<string[]> CompareAsync(string example, (string Id, int Line)[] expected)
    {
        Compilation compilation = Compile(example);
        ImmutableArray<Diagnostic> reported = await compilation
            .WithAnalyzers(RuleCatalog.Analyzers, new AnalyzerOptions([], new KernelOptions()))
            .GetAnalyzerDiagnosticsAsync();
        HashSet<(string Id, int Line)> found = [.. reported.Select(static diagnostic => (diagnostic.Id, LineOf(diagnostic)))];
        return
        [
            .. compilation.GetDiagnostics().Where(IsProblem).Select(static problem => problem.ToString()),
            .. expected.Except(found).Select(static missed => $"line {missed.Line} does not report {missed.Id}"),
            .. reported
                .Where(diagnostic => !expected.Contains((diagnostic.Id, LineOf(diagnostic))))
                .Select(static diagnostic => $"line {LineOf(diagnostic)}: {diagnostic}"),
        ];
    }

    private static Compilation Compile(string example)
    {
        var compilation = CSharpCompilation.Create(
            "Example",
            [Parse("Usings.cs", ProfiledRuleTest.Usings), Parse(Path, $"{Before}{example}\n}}\n")],
            KernelReferences.Library,
            KernelCompilation.Options);
        CSharpGeneratorDriver
            .Create([new LayoutGenerator().AsSourceGenerator()], parseOptions: KernelCompilation.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        return generated;
    }

    private static SyntaxTree Parse(string path, string source) => CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions, path);

    private static bool IsProblem(Diagnostic diagnostic)
        => diagnostic.Severity == DiagnosticSeverity.Error
            || (diagnostic.Severity == DiagnosticSeverity.Warning && IsOfExample(diagnostic));

    private static bool IsOfExample(Diagnostic warning) => warning.Location.SourceTree?.FilePath == Path && !s_unused.Contains(warning.Id);

    /// <summary>The line of the example, from 1.</summary>
    private static int LineOf(Diagnostic diagnostic) => diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1 - LinesBefore;
}
