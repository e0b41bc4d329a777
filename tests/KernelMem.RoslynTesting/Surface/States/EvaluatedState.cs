using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A state as it is tested: what it inherits is filled in and the markup has become expectations.</summary>
internal sealed record EvaluatedState
{
    public required string Name { get; init; }

    public required ReferenceAssemblies ReferenceAssemblies { get; init; }

    public OutputKind OutputKind { get; init; }

    public DocumentationMode DocumentationMode { get; init; }

    public ImmutableArray<(string Path, SourceText Content)> Sources { get; init; }

    public ImmutableArray<(string Path, SourceText Content)> GeneratedSources { get; init; }

    public ImmutableArray<(string Path, SourceText Content)> AdditionalFiles { get; init; }

    public ImmutableArray<(string Path, SourceText Content)> AnalyzerConfigFiles { get; init; }

    public ImmutableArray<MetadataReference> AdditionalReferences { get; init; }

    public ImmutableArray<DiagnosticResult> Expected { get; init; }

    public MarkupMode MarkupHandling { get; init; }

    /// <summary>A state with what it does not give itself taken from the one before it; the markup is still there.</summary>
    public static EvaluatedState Of(SolutionState state, EvaluatedState? previous, ReferenceAssemblies references, ISet<string> fixableIds)
    {
        StateInheritanceMode inheritance = state.InheritanceMode ?? StateInheritanceMode.AutoInherit;
        EvaluatedState? inherited = inheritance == StateInheritanceMode.Explicit ? null : previous;
        IEnumerable<DiagnosticResult> inheritedExpected = (inherited?.Expected ?? [])
            .Where(result => inheritance == StateInheritanceMode.AutoInheritAll || !fixableIds.Contains(result.Id));
        return new EvaluatedState
        {
            Name = state.Name,
            ReferenceAssemblies = state.ReferenceAssemblies ?? inherited?.ReferenceAssemblies ?? references,
            OutputKind = state.OutputKind ?? inherited?.OutputKind ?? OutputKind.DynamicallyLinkedLibrary,
            DocumentationMode = state.DocumentationMode ?? inherited?.DocumentationMode ?? DocumentationMode.Diagnose,
            Sources = Inherit(state.Sources, inherited?.Sources),
            GeneratedSources = Inherit(state.GeneratedSources, inherited?.GeneratedSources),
            AdditionalFiles = Inherit(state.AdditionalFiles, inherited?.AdditionalFiles),
            AnalyzerConfigFiles = Inherit(state.AnalyzerConfigFiles, inherited?.AnalyzerConfigFiles),
            AdditionalReferences = Inherit(state.AdditionalReferences, inherited?.AdditionalReferences),
            Expected = state.ExpectedDiagnostics.Count > 0 ? [.. state.ExpectedDiagnostics] : [.. inheritedExpected],
            MarkupHandling = state.MarkupHandling ?? (previous is null ? MarkupMode.Allow : MarkupMode.IgnoreFixable),
        };
    }

    /// <summary>The state with a line put before each source.</summary>
    public EvaluatedState WithFirstLine(string line)
        => this with { Sources = [.. Sources.Select(source => (source.Path, source.Content.Replace(default, line + "\n")))] };

    /// <summary>Whether the files of two states differ.</summary>
    public bool FilesDiffer(EvaluatedState other)
        => Differ(Sources, other.Sources)
            || Differ(GeneratedSources, other.GeneratedSources)
            || Differ(AdditionalFiles, other.AdditionalFiles)
            || Differ(AnalyzerConfigFiles, other.AnalyzerConfigFiles);

    public bool HasSource(string path) => Sources.Any(source => source.Path == path);

    private static ImmutableArray<T> Inherit<T>(List<T> own, ImmutableArray<T>? inherited) => own.Count > 0 ? [.. own] : inherited ?? [];

    private static bool Differ(
        ImmutableArray<(string Path, SourceText Content)> one,
        ImmutableArray<(string Path, SourceText Content)> other)
        => !one.Select(file => (file.Path, file.Content.ToString())).SequenceEqual(
            other.Select(file => (file.Path, file.Content.ToString())));
}
