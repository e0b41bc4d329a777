using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <content>Source generators: run, and what they wrote compared.</content>
public abstract partial class AnalyzerTest<TVerifier>
{
    /// <summary>The compilation with what the generators wrote, and what they reported.</summary>
    private protected async Task<(Compilation Compilation, ImmutableArray<Diagnostic> OfGenerators)> GetProjectCompilationAsync(
        Project project,
        CancellationToken cancellationToken)
    {
        Compilation compilation = (await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false))!;
        if (RunGenerators(project, compilation, cancellationToken) is not { } driver)
            return (compilation, []);

        GeneratorDriverRunResult result = driver.GetRunResult();
        return (compilation.AddSyntaxTrees(result.GeneratedTrees), result.Diagnostics);
    }

    private protected async Task VerifyGeneratedSourcesAsync(EvaluatedState state, IVerifier verifier, CancellationToken cancellationToken)
    {
        if (TestBehaviors.HasFlag(TestBehaviors.SkipGeneratedSourcesCheck))
            return;

        Project project = await CreateProjectAsync(state, cancellationToken).ConfigureAwait(false);
        Compilation compilation = (await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false))!;
        ImmutableArray<SyntaxTree> generated = RunGenerators(project, compilation, cancellationToken)?.GetRunResult().GeneratedTrees ?? [];
        var expected = state.GeneratedSources.ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal);
        var actual = generated.ToDictionary(tree => tree.FilePath, tree => tree.GetText(cancellationToken), StringComparer.Ordinal);

        string[] missing = [.. expected.Keys.Where(path => !actual.ContainsKey(path))];
        string[] unexpected = [.. actual.Keys.Where(path => !expected.ContainsKey(path))];
        if (missing.Length + unexpected.Length > 0)
            verifier.Fail(
                DescribeFiles("Not generated: ", missing) + DescribeFiles("Generated, but not in GeneratedSources: ", unexpected, actual));

        foreach ((string path, SourceText content) in expected)
        {
            verifier.EqualOrDiff(content.ToString(), actual[path].ToString(), $"The generated source '{path}' is not as expected.");
            verifier.Equal(content.Encoding, actual[path].Encoding, $"The encoding of the generated source '{path}' is not as expected.");
        }
    }

    private CSharpGeneratorDriver? RunGenerators(Project project, Compilation compilation, CancellationToken cancellationToken)
    {
        ISourceGenerator[] generators = [.. GetSourceGenerators().Select(CreateGenerator)];
        return generators.Length == 0
            ? null
            : (CSharpGeneratorDriver)CSharpGeneratorDriver
                .Create(
                    generators,
                    project.AnalyzerOptions.AdditionalFiles,
                    (CSharpParseOptions)project.ParseOptions!,
                    project.AnalyzerOptions.AnalyzerConfigOptionsProvider)
                .RunGenerators(compilation, cancellationToken);
    }

    private static ISourceGenerator CreateGenerator(Type type)
        => Activator.CreateInstance(type) switch
        {
            IIncrementalGenerator incremental => incremental.AsSourceGenerator(),
            ISourceGenerator generator => generator,
            _ => throw new InvalidOperationException($"{type} is not a source generator."),
        };

    private static string DescribeFiles(string title, string[] paths, Dictionary<string, SourceText>? contents = null)
        => string.Concat(paths.Select(path => $"{title}{path}\n{(contents is null ? string.Empty : contents[path] + "\n")}"));
}
