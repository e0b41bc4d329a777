using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Turns the markup of a state into expected diagnostics.</summary>
internal sealed class MarkupReader(
    MarkupOptions options,
    DiagnosticDescriptor? defaultDescriptor,
    ImmutableArray<DiagnosticDescriptor> descriptors,
    ISet<string> fixableIds,
    string defaultPath)
{
    private readonly Dictionary<int, FileLinePositionSpan> _places = [];
    private readonly List<DiagnosticResult> _expected = [];

    public static EvaluatedState Read(
        EvaluatedState state,
        MarkupOptions options,
        DiagnosticDescriptor? defaultDescriptor,
        ImmutableArray<DiagnosticDescriptor> descriptors,
        ISet<string> fixableIds,
        string defaultPath)
    {
        if (state.MarkupHandling == MarkupMode.None)
            return state with { Expected = [.. state.Expected.Select(result => result.WithDefaultPath(defaultPath))] };

        var reader = new MarkupReader(options, defaultDescriptor, descriptors, fixableIds, defaultPath);
        ImmutableArray<(string, SourceText)> sources = [.. state.Sources.Select(file => reader.ReadFile(file, state.MarkupHandling))];
        ImmutableArray<(string, SourceText)> files = [.. state.AdditionalFiles.Select(file => reader.ReadFile(file, state.MarkupHandling))];
        return state with
        {
            Sources = sources,
            AdditionalFiles = files,
            Expected = [.. state.Expected.Select(reader.Place), .. reader._expected],
        };
    }

    private (string Path, SourceText Content) ReadFile((string Path, SourceText Content) file, MarkupMode mode)
    {
        MarkedSource source = TestFileMarkupParser.Parse(
            file.Content.ToString(),
            options.HasFlag(MarkupOptions.TreatPositionIndicatorsAsCode));
        SourceText text = SourceText.From(source.Text, file.Content.Encoding, file.Content.ChecksumAlgorithm);
        foreach (int position in source.Positions)
        {
            Expect(string.Empty, file.Path, text, new TextSpan(position, 0), DiagnosticLocationOptions.IgnoreLength, mode);
        }

        foreach (MarkedSpan span in source.Spans.OrderBy(span => span.Span))
        {
            if (span.IsKey)
                AddPlace(int.Parse(span.Name.AsSpan(1), CultureInfo.InvariantCulture), PlaceOf(file.Path, text, span.Span));
            else
                Expect(span.Name, file.Path, text, span.Span, DiagnosticLocationOptions.None, mode);
        }

        return (file.Path, text);
    }

    private void Expect(string id, string path, SourceText text, TextSpan span, DiagnosticLocationOptions locationOptions, MarkupMode mode)
    {
        if (mode == MarkupMode.Ignore)
            return;

        DiagnosticResult result = id.Length == 0 ? new DiagnosticResult(Default()) : Named(id);
        if (mode == MarkupMode.IgnoreFixable && fixableIds.Contains(result.Id))
            return;

        // Markup says where, not what the message is or where else it points.
        _expected.Add(result
            .WithMessage(null)
            .WithOptions(result.Options | DiagnosticOptions.IgnoreAdditionalLocations)
            .WithSpan(PlaceOf(path, text, span), locationOptions));
    }

    private DiagnosticDescriptor Default()
        => defaultDescriptor ?? throw new InvalidOperationException(
            "Markup without an id ('[|text|]') needs an analyzer with exactly one supported diagnostic; it has "
            + $"{descriptors.Length}: {string.Join(", ", descriptors.Select(descriptor => descriptor.Id))}. Write '{{|ID:text|}}', "
            + $"or set {nameof(MarkupOptions)}.{nameof(MarkupOptions.UseFirstDescriptor)}.");

    private DiagnosticResult Named(string id)
    {
        DiagnosticDescriptor[] named = [.. descriptors.Where(descriptor => descriptor.Id == id)];
        if (named.Length == 0)
            return DiagnosticResult.CompilerError(id).WithOptions(DiagnosticOptions.IgnoreSeverity);

        if (named.Length > 1 && !options.HasFlag(MarkupOptions.UseFirstDescriptor))
        {
            throw new InvalidOperationException(
                $"Markup with the id '{id}' fits {named.Length} descriptors; "
                + $"set {nameof(MarkupOptions)}.{nameof(MarkupOptions.UseFirstDescriptor)}.");
        }

        return new DiagnosticResult(named[0]);
    }

    private void AddPlace(int key, FileLinePositionSpan place)
    {
        if (!_places.TryAdd(key, place))
            throw new InvalidOperationException($"Markup with the key #{key} is there twice.");
    }

    private DiagnosticResult Place(DiagnosticResult result)
        => result.MapSpans(location => location.Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey)
                ? new DiagnosticLocation(
                    PlaceOf(location.Span.StartLinePosition.Line),
                    location.Options & ~DiagnosticLocationOptions.InterpretAsMarkupKey)
                : location)
            .WithDefaultPath(defaultPath);

    private FileLinePositionSpan PlaceOf(int key)
        => _places.TryGetValue(key, out FileLinePositionSpan place)
            ? place
            : throw new InvalidOperationException(
                $"There is no markup with the key #{key}: write '{{|#{key}:text|}}' where the diagnostic is expected.");

    private static FileLinePositionSpan PlaceOf(string path, SourceText text, TextSpan span)
        => new(path, text.Lines.GetLinePositionSpan(span));
}
