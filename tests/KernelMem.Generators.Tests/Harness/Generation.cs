using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using KernelMem.Annotations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Generators.Tests.Harness;

/// <summary>Runs the generator over sources and keeps all that came out.</summary>
internal sealed class Generation
{
    private static readonly CSharpParseOptions s_parseOptions = new(LanguageVersion.Preview, DocumentationMode.Diagnose);
    private static readonly ImmutableArray<MetadataReference> s_references = LoadReferences();

    private Generation(GeneratorDriver driver, Compilation input, Compilation output)
    {
        Driver = driver;
        Input = input;
        Output = output;
        Reported = Analyze(output);
    }

    public GeneratorDriver Driver { get; }

    public Compilation Input { get; }

    /// <summary>The input with the generated sources.</summary>
    public Compilation Output { get; }

    public GeneratorRunResult Result => Driver.GetRunResult().Results[0];

    /// <summary>
    /// What the analyzer says, in source order. As in the compiler, it sees the generated code too.
    /// </summary>
    public ImmutableArray<Diagnostic> Reported { get; }

    /// <summary>
    /// What the compiler thinks of the sources and the generated code together. Documentation is missed in the generated code only.
    /// </summary>
    public ImmutableArray<Diagnostic> CompilerProblems
        => [.. Output.GetDiagnostics().Where(problem => problem.Severity >= DiagnosticSeverity.Warning && !IsMissingDocumentation(problem))];

    public static Generation Of(params string[] sources) => Of(checkOverflow: false, sources);

    public static Generation Of(bool checkOverflow, params string[] sources) => Start(Compile(checkOverflow, sources));

    public static CSharpCompilation Compile(bool checkOverflow, params string[] sources)
        => CSharpCompilation.Create(
            "Sample",
            sources.Select((source, index) => Parse(source, $"Source{index}.cs")),
            s_references,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                checkOverflow: checkOverflow,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, s_parseOptions, path, System.Text.Encoding.UTF8);

    public static Generation Start(Compilation compilation)
    {
        var options = new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true);
        return Run(CSharpGeneratorDriver.Create([new LayoutGenerator().AsSourceGenerator()], parseOptions: s_parseOptions, driverOptions: options), compilation);
    }

    /// <summary>Runs the same driver again over an edited compilation, as an editor does.</summary>
    public Generation Again(Compilation edited) => Run(Driver, edited);

    /// <summary>The generated layouts.</summary>
    public ImmutableArray<GeneratedSourceResult> Layouts => [.. Result.GeneratedSources.Where(source => !IsPlaceholder(source))];

    /// <summary>What stands in for the declarations with errors.</summary>
    public ImmutableArray<GeneratedSourceResult> Placeholders => [.. Result.GeneratedSources.Where(IsPlaceholder)];

    /// <summary>
    /// The errors with which the compiler stops before it runs any analyzer: after them, ours would not be heard.
    /// </summary>
    public ImmutableArray<Diagnostic> ErrorsThatSilenceUs
        => [.. Output.GetDeclarationDiagnostics().Where(problem => problem.Severity == DiagnosticSeverity.Error)];

    /// <summary>The one generated source.</summary>
    public string SingleSource() => Result.GeneratedSources.Single().SourceText.ToString();

    public SortedDictionary<string, string> SourcesByName()
        => new(Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString()), StringComparer.Ordinal);

    /// <summary>The compiled program. Fails the test where the compiler has anything to say.</summary>
    public MemoryStream Emit()
    {
        Assert.IsEmpty(CompilerProblems, string.Join(Environment.NewLine, CompilerProblems));
        var assembly = new MemoryStream();
        Assert.IsTrue(Output.Emit(assembly).Success);
        assembly.Position = 0;
        return assembly;
    }

    private static bool IsPlaceholder(GeneratedSourceResult source)
        => source.SourceText.ToString().Contains("// The declaration has errors", StringComparison.Ordinal);

    private bool IsMissingDocumentation(Diagnostic problem)
        => problem.Id == "CS1591" && Input.SyntaxTrees.Contains(problem.Location.SourceTree!);

    private static Generation Run(GeneratorDriver driver, Compilation input)
    {
        GeneratorDriver after = driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out _);
        GeneratorRunResult result = after.GetRunResult().Results[0];
        Assert.IsNull(result.Exception, "the generator crashed");
        Assert.IsEmpty(result.Diagnostics, "the generator leaves the talking to the analyzer");
        return new Generation(after, input, output);
    }

    private static ImmutableArray<Diagnostic> Analyze(Compilation compilation)
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: false);
        ImmutableArray<Diagnostic> diagnostics = compilation
            .WithAnalyzers([new LayoutAnalyzer()], options)
            .GetAnalyzerDiagnosticsAsync()
            .GetAwaiter()
            .GetResult();
        return
        [
            .. diagnostics
                .OrderBy(diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
                .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)
                .ThenBy(diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparer.Ordinal),
        ];
    }

    private static ImmutableArray<MetadataReference> LoadReferences()
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return
        [
            .. platform
                .Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                .Append(typeof(BitLayoutAttribute).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    }
}
