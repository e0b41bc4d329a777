using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>An expected diagnostic.</summary>
public readonly struct DiagnosticResult
{
    public static readonly DiagnosticResult[] EmptyDiagnosticResults = [];

    private readonly bool _messageIgnored;
    private readonly string? _message;
    private readonly ImmutableArray<DiagnosticLocation> _spans;

    public DiagnosticResult(string id, DiagnosticSeverity severity)
        : this()
    {
        Id = id;
        Severity = severity;
    }

    public DiagnosticResult(DiagnosticDescriptor descriptor)
        : this()
    {
        Id = descriptor.Id;
        Severity = descriptor.DefaultSeverity;
        MessageFormat = descriptor.MessageFormat;
    }

    private DiagnosticResult(
        DiagnosticResult other,
        ImmutableArray<DiagnosticLocation>? spans = null,
        DiagnosticSeverity? severity = null,
        DiagnosticOptions? options = null)
    {
        this = other;
        _spans = spans ?? other._spans;
        Severity = severity ?? other.Severity;
        Options = options ?? other.Options;
    }

    private DiagnosticResult(DiagnosticResult other, bool messageIgnored, string? message, LocalizableString? format, object?[]? arguments)
    {
        this = other;
        _messageIgnored = messageIgnored;
        _message = message;
        MessageFormat = format;
        MessageArguments = arguments;
    }

    private DiagnosticResult(DiagnosticResult other, bool? isSuppressed)
    {
        this = other;
        IsSuppressed = isSuppressed;
    }

    /// <summary>The place of the diagnostic, then its additional places.</summary>
    public ImmutableArray<DiagnosticLocation> Spans => _spans.IsDefault ? [] : _spans;

    public DiagnosticSeverity Severity { get; }

    public DiagnosticOptions Options { get; }

    public string Id { get; }

    /// <summary>The whole message, or null if it is not compared.</summary>
    public string? Message
    {
        get
        {
            if (_messageIgnored)
                return null;

            if (_message is not null || MessageFormat is null)
                return _message;

            try
            {
                return string.Format(
                    CultureInfo.InvariantCulture,
                    MessageFormat.ToString(CultureInfo.InvariantCulture),
                    MessageArguments ?? []);
            }
            catch (FormatException)
            {
                // Fewer arguments than the format names: the caller does not want them compared, or will see the format itself.
                return MessageFormat.ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    public LocalizableString? MessageFormat { get; }

    public object?[]? MessageArguments { get; }

    public bool HasLocation => !Spans.IsEmpty;

    public bool? IsSuppressed { get; }

    public static DiagnosticResult CompilerError(string identifier) => new(identifier, DiagnosticSeverity.Error);

    public static DiagnosticResult CompilerWarning(string identifier) => new(identifier, DiagnosticSeverity.Warning);

    public DiagnosticResult WithSeverity(DiagnosticSeverity severity) => new(this, severity: severity);

    public DiagnosticResult WithOptions(DiagnosticOptions options) => new(this, options: options);

    public DiagnosticResult WithArguments(params object?[] arguments) => new(this, _messageIgnored, _message, MessageFormat, arguments);

    /// <summary>The whole message; null: it is not compared.</summary>
    public DiagnosticResult WithMessage(string? message) => new(this, message is null, message, MessageFormat, MessageArguments);

    public DiagnosticResult WithMessageFormat(LocalizableString messageFormat)
        => new(this, _messageIgnored, _message, messageFormat, MessageArguments);

    public DiagnosticResult WithIsSuppressed(bool? isSuppressed) => new(this, isSuppressed);

    public DiagnosticResult WithNoLocation() => new(this, spans: ImmutableArray<DiagnosticLocation>.Empty);

    public DiagnosticResult WithLocation(int line, int column) => WithLocation(string.Empty, Position(line, column));

    public DiagnosticResult WithLocation(LinePosition location) => WithLocation(string.Empty, location);

    public DiagnosticResult WithLocation(string path, int line, int column) => WithLocation(path, Position(line, column));

    public DiagnosticResult WithLocation(string path, LinePosition location)
        => WithLocation(path, location, DiagnosticLocationOptions.None);

    public DiagnosticResult WithLocation(string path, LinePosition location, DiagnosticLocationOptions options)
        => WithSpan(new FileLinePositionSpan(path, location, location), options | DiagnosticLocationOptions.IgnoreLength);

    public DiagnosticResult WithSpan(int startLine, int startColumn, int endLine, int endColumn)
        => WithSpan(string.Empty, startLine, startColumn, endLine, endColumn);

    public DiagnosticResult WithSpan(string path, int startLine, int startColumn, int endLine, int endColumn)
        => WithSpan(new FileLinePositionSpan(path, Position(startLine, startColumn), Position(endLine, endColumn)));

    public DiagnosticResult WithSpan(FileLinePositionSpan span) => WithSpan(span, DiagnosticLocationOptions.None);

    public DiagnosticResult WithSpan(FileLinePositionSpan span, DiagnosticLocationOptions options)
        => new(this, spans: Spans.Add(new DiagnosticLocation(span, options)));

    /// <summary>At the text marked as <c>{|#key:…|}</c>.</summary>
    public DiagnosticResult WithLocation(int markupKey) => WithLocation(markupKey, DiagnosticLocationOptions.None);

    public DiagnosticResult WithLocation(int markupKey, DiagnosticLocationOptions options)
    {
        var key = new LinePosition(markupKey, 0);
        return WithSpan(new FileLinePositionSpan(string.Empty, key, key), options | DiagnosticLocationOptions.InterpretAsMarkupKey);
    }

    /// <summary>Places that name no file are in this one.</summary>
    public DiagnosticResult WithDefaultPath(string path)
        => MapSpans(location => location.Span.Path.Length > 0 || location.Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey)
            ? location
            : new DiagnosticLocation(new FileLinePositionSpan(path, location.Span.Span), location.Options));

    /// <summary>The same diagnostic where lines were put before the source.</summary>
    public DiagnosticResult WithLineOffset(int offset)
        => MapSpans(location => new DiagnosticLocation(
            new FileLinePositionSpan(
                location.Span.Path,
                Shift(location.Span.StartLinePosition, offset),
                Shift(location.Span.EndLinePosition, offset)),
            location.Options));

    public override string ToString() => DiagnosticText.Of(this);

    internal DiagnosticResult MapSpans(Func<DiagnosticLocation, DiagnosticLocation> map) => new(this, spans: [.. Spans.Select(map)]);

    private static LinePosition Position(int line, int column) => new(line - 1, column - 1);

    private static LinePosition Shift(LinePosition position, int lines) => new(position.Line + lines, position.Character);
}
