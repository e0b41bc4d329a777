using System.Collections.Generic;
using System.Threading;
using KernelMem.Generators.Model;
using KernelMem.Generators.Parsing.Combinations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads <c>[Forbid]</c>.</summary>
internal static class ForbidParser
{
    /// <summary>Null, with an error unless the compiler has one, where the combination cannot be read.</summary>
    public static ForbiddenModel? Parse(
        AttributeData attribute, IReadOnlyList<FieldModel> fields, ulong initial, List<LayoutError> errors, CancellationToken cancellation)
    {
        var named = new NamedArguments(attribute);
        if (attribute.AttributeConstructor is null || attribute.ConstructorArguments.Length != 1 || named.HasErrors)
            return null;

        string text = attribute.ConstructorArguments[0].Value as string ?? string.Empty;
        if (CombinationParser.Parse(text, fields, out CombinationProblem problem) is { } combination)
        {
            string? reason = named.Find("Reason")?.Value as string;
            return new ForbiddenModel(text, reason, combination.Expression, combination.Fields, combination.HoldsIn(initial));
        }

        errors.Add(LayoutErrors.BadCombination(text, problem.Message, LocationOf(attribute, problem, cancellation)));
        return null;
    }

    /// <summary>The wrong characters themselves, where the text is written as plain as it is; the attribute's argument otherwise.</summary>
    private static Location? LocationOf(AttributeData attribute, CombinationProblem problem, CancellationToken cancellation)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax { ArgumentList: { } arguments } syntax)
            return Locations.Of(attribute, cancellation);

        AttributeArgumentSyntax argument = arguments.Arguments[0];
        bool isPlain = argument.Expression is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal
            && literal.Token.Text == $"\"{literal.Token.ValueText}\"";
        if (!isPlain || problem.Length == 0)
            return argument.Expression.GetLocation();

        return Location.Create(syntax.SyntaxTree, new TextSpan(argument.Expression.SpanStart + 1 + problem.Start, problem.Length));
    }
}
