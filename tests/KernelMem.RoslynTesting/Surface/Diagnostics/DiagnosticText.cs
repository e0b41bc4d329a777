using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Diagnostics as the C# that expects them, to be pasted into a test.</summary>
internal static class DiagnosticText
{
    private const string DefaultPath = "/0/Test0.cs";

    private static readonly PropertyInfo s_arguments =
        typeof(Diagnostic).GetProperty("Arguments", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new InvalidOperationException("The compiler keeps the arguments of a message elsewhere.");

    /// <summary>What was put into the message. The compiler does not show it to others.</summary>
    public static IReadOnlyList<string> Arguments(Diagnostic diagnostic)
        => [.. ((IReadOnlyList<object?>)s_arguments.GetValue(diagnostic)!).Select(Argument)];

    public static string Argument(object? argument) => Convert.ToString(argument, CultureInfo.InvariantCulture) ?? string.Empty;

    public static string Of(Diagnostic diagnostic)
    {
        StringBuilder text = Start(diagnostic.Id, diagnostic.Severity);
        if (diagnostic.Location != Location.None)
        {
            foreach (Location location in diagnostic.AdditionalLocations.Prepend(diagnostic.Location))
            {
                AppendSpan(text, location.GetLineSpan());
            }
        }

        return AppendArguments(text, Arguments(diagnostic)).Append(',').ToString();
    }

    public static string Of(DiagnosticResult result)
    {
        StringBuilder text = Start(result.Id, result.Severity);
        foreach (DiagnosticLocation location in result.Spans)
        {
            if (location.Options.HasFlag(DiagnosticLocationOptions.InterpretAsMarkupKey))
                text.Append($".WithLocation({location.Span.StartLinePosition.Line})");
            else if (location.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength))
                text.Append($".WithLocation({PathPart(location.Span.Path)}{Position(location.Span.StartLinePosition)})");
            else
                AppendSpan(text, location.Span);
        }

        if (result.MessageArguments is { Length: > 0 } arguments)
            AppendArguments(text, [.. arguments.Select(Argument)]);
        else if (result.Message is { } message)
            text.Append($".WithMessage({Literal(message)})");

        return text.Append(',').ToString();
    }

    private static StringBuilder Start(string id, DiagnosticSeverity severity)
        => new($"new DiagnosticResult({Literal(id)}, DiagnosticSeverity.{severity})");

    private static void AppendSpan(StringBuilder text, FileLinePositionSpan span)
        => text.Append($".WithSpan({PathPart(span.Path)}{Position(span.StartLinePosition)}, {Position(span.EndLinePosition)})");

    private static StringBuilder AppendArguments(StringBuilder text, IReadOnlyList<string> arguments)
        => arguments.Count == 0 ? text : text.Append($".WithArguments({string.Join(", ", arguments.Select(Literal))})");

    private static string PathPart(string path) => path.Length == 0 || path == DefaultPath ? string.Empty : Literal(path) + ", ";

    private static string Position(LinePosition position)
        => string.Create(CultureInfo.InvariantCulture, $"{position.Line + 1}, {position.Character + 1}");

    private static string Literal(string text) => CSharp.SymbolDisplay.FormatLiteral(text, quote: true);
}
