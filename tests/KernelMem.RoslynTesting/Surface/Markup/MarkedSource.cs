using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A source without its marks, and where they were.</summary>
internal sealed record MarkedSource(string Text, ImmutableArray<int> Positions, ImmutableArray<MarkedSpan> Spans)
{
    public ImmutableDictionary<string, ImmutableArray<TextSpan>> SpansByName()
        => Spans
            .GroupBy(span => span.Name, span => span.Span, StringComparer.Ordinal)
            .ToImmutableDictionary(group => group.Key, group => group.OrderBy(span => span).ToImmutableArray(), StringComparer.Ordinal);
}

/// <summary>A marked span: of a diagnostic's id, of a key such as <c>#0</c>, or of no name.</summary>
internal readonly record struct MarkedSpan(string Name, TextSpan Span)
{
    public bool IsKey => Name.StartsWith('#');
}
