using System;
using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>
/// KM1008: interpolates instead of joining, where the method that gets the string also takes an interpolated string handler. A handler may
/// leave parts out, so none may do anything.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class HandlerFix() : KernelCodeFix("KM1008")
{
    private const string HandlerAttribute = "System.Runtime.CompilerServices.InterpolatedStringHandlerAttribute";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
        => place.Nearest<BinaryExpressionSyntax>() is { RawKind: (int)SyntaxKind.AddExpression, Parent: ArgumentSyntax argument } joined
            && joined.Span == place.Node.Span
            && HasHandlerOverload(argument, place)
            && Parts(joined, place).All(part => Purity.HasNoEffect(part, place))
            && Interpolated(joined, place) is { } text
                ? [place.Edit("Interpolate, for the string handler", nameof(HandlerFix), editor => editor.ReplaceNode(joined, text.WithTriviaFrom(joined)))]
                : [];

    private static bool HasHandlerOverload(ArgumentSyntax argument, FixPlace place)
        => argument is { NameColon: null, Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list }
            && place.SymbolOf(call) is IMethodSymbol method
            && place.Model.GetMemberGroup(call.Expression, place.Cancellation).OfType<IMethodSymbol>()
                .Any(other => other.Name == method.Name && TakesHandler(other, list.Arguments.IndexOf(argument)));

    private static bool TakesHandler(IMethodSymbol method, int index)
        => index < method.Parameters.Length && method.Parameters[index].Type.GetAttributes()
            .Any(static attribute => string.Equals(attribute.AttributeClass?.ToDisplayString(), HandlerAttribute, StringComparison.Ordinal));

    /// <summary>Null where a part cannot stand in an interpolated string.</summary>
    private static ExpressionSyntax? Interpolated(BinaryExpressionSyntax joined, FixPlace place)
    {
        var text = new StringBuilder("$\"");
        foreach (ExpressionSyntax part in Parts(joined, place))
        {
            if (part is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal)
                text.Append(Escaped(literal.Token.ValueText));
            else if (part is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax || part.ToString().IndexOfAny(['"', '\n', ':']) >= 0)
                return null;
            else
                text.Append('{').Append(part is ConditionalExpressionSyntax ? $"({part})" : part.ToString()).Append('}');
        }

        return SyntaxFactory.ParseExpression(text.Append('"').ToString());
    }

    /// <summary>The operands of the outermost +; what adds numbers is one part.</summary>
    private static IEnumerable<ExpressionSyntax> Parts(ExpressionSyntax expression, FixPlace place)
        => expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } binary && place.TypeOf(binary)?.SpecialType == SpecialType.System_String
            ? Parts(binary.Left, place).Append(binary.Right)
            : [expression];

    private static string Escaped(string text)
    {
        string literal = SymbolDisplay.FormatLiteral(text, quote: true);
        return literal.Substring(1, literal.Length - 2).Replace("{", "{{").Replace("}", "}}");
    }
}
