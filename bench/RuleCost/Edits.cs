using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules;
using KernelMem.Analyzers.Tests;
using KernelMem.Annotations;
using KernelMem.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace RuleCost;

/// <summary>How long one edit took.</summary>
/// <param name="Milliseconds">Until the diagnostics of the file were there.</param>
/// <param name="CpuMilliseconds">Of all processors, until then.</param>
/// <param name="Bytes">What was allocated for them, by all threads.</param>
internal readonly record struct EditTime(double Milliseconds, double CpuMilliseconds, long Bytes);

/// <summary>What was measured of edits of one sort.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Compiler">The compiler's own diagnostics of the file.</param>
/// <param name="Rules">Those of the rules.</param>
internal sealed record EditRow(string Name, IReadOnlyList<EditTime> Compiler, IReadOnlyList<EditTime> Rules);

/// <summary>
/// Changes a method in a file of 2,000 lines, as somebody does who types, and waits for the diagnostics of that file: those of the compiler,
/// and those of all our analyzers. Each time, the compilation is a new one that the compiler has made of the one before.
/// </summary>
internal static class Edits
{
    private const int LinesInFile = 2000;
    private const int OtherFiles = 20;
    private const int Warmups = 20;
    private const int Samples = 40;

    private static readonly MetadataReference[] s_references =
    [
        .. Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System*.dll").Append(typeof(NoAllocAttribute).Assembly.Location)
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public static async Task RunAsync()
    {
        ImmutableArray<DiagnosticAnalyzer> rules = Rules();
        Report.WriteEdits(
        [
            await MeasureAsync("a program that is held to nothing (Hosted)", SourceKind.Hosted, rules),
            await MeasureAsync("a kernel (Kernel)", SourceKind.Kernel, rules),
            await MeasureAsync("a kernel, one analyzer that does nothing", SourceKind.Kernel, [new IdleAnalyzer()]),
        ]);
    }

    /// <summary>All our analyzers.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Rules() =>
    [
        .. new[] { typeof(KernelAnalyzer).Assembly, typeof(LayoutAnalyzer).Assembly }
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private static async Task<EditRow> MeasureAsync(string name, SourceKind kind, ImmutableArray<DiagnosticAnalyzer> rules)
    {
        CSharpCompilation compilation = Compile(kind, [.. Enumerable.Repeat(LinesInFile / 4, OtherFiles), LinesInFile]);
        SyntaxTree tree = compilation.SyntaxTrees[^1];
        List<EditTime> compiler = [];
        List<EditTime> ours = [];
        for (int i = 0; i < Warmups + Samples; i++)
        {
            SyntaxTree edited = Edit(tree, i);
            compilation = compilation.ReplaceSyntaxTree(tree, edited);
            tree = edited;

            // Each gets a compilation in which nothing was looked at before.
            CSharpCompilation first = compilation.Clone();
            CSharpCompilation second = compilation.Clone();
            EditTime own = await TimeAsync(() => Task.FromResult(first.GetSemanticModel(edited).GetDiagnostics().Length));
            EditTime time = await TimeAsync(() => DiagnoseAsync(second, edited, Options(kind), rules));
            if (i < Warmups)
                continue;

            compiler.Add(own);
            ours.Add(time);
        }

        return new EditRow(name, compiler, ours);
    }

    private static async Task<int> DiagnoseAsync(CSharpCompilation compilation, SyntaxTree tree, AnalyzerOptions options, ImmutableArray<DiagnosticAnalyzer> rules)
    {
        CompilationWithAnalyzers analysis = compilation.WithAnalyzers(rules, new CompilationWithAnalyzersOptions(options, onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false));
        ImmutableArray<Diagnostic> syntactic = await analysis.GetAnalyzerSyntaxDiagnosticsAsync(tree, CancellationToken.None);
        ImmutableArray<Diagnostic> semantic = await analysis.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, CancellationToken.None);
        if (syntactic.Length + semantic.Length != 0)
            throw new InvalidOperationException(string.Join('\n', syntactic.AddRange(semantic).Take(10)));

        return semantic.Length;
    }

    private static async Task<EditTime> TimeAsync(Func<Task<int>> work)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        _ = await work();
        watch.Stop();
        return new EditTime(watch.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    /// <summary>Another statement in another method, each time.</summary>
    private static SyntaxTree Edit(SyntaxTree tree, int step)
    {
        MethodDeclarationSyntax[] methods = [.. tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Where(static method => method.Body is not null)];
        MethodDeclarationSyntax method = methods[step * 7 % methods.Length];
        var insertion = new TextSpan(method.Body!.OpenBraceToken.Span.End, 0);
        return tree.WithChangedText(tree.GetText().WithChanges(new TextChange(insertion, $" int edited{step} = {step}; edited{step}++;")));
    }

    /// <summary>What the compiler tells analyzers of a project.</summary>
    public static AnalyzerOptions Options(SourceKind kind) => kind == SourceKind.Kernel ? new AnalyzerOptions([], new KernelOptions()) : new AnalyzerOptions([]);

    /// <summary>A project with files of so many lines.</summary>
    public static CSharpCompilation Compile(SourceKind kind, int[] files)
    {
        SourceMaker maker = new(kind);
        var compilation = CSharpCompilation.Create(
            "Edits",
            [.. files.Select((lines, number) => CSharpSyntaxTree.ParseText(maker.MakeFile("Generated", lines), new CSharpParseOptions(LanguageVersion.Preview), $"File{number}.cs"))],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        if (compilation.Clone().GetDiagnostics().FirstOrDefault(static found => found.Severity >= DiagnosticSeverity.Warning) is { } problem)
            throw new InvalidOperationException(problem.ToString());

        return compilation;
    }

}
