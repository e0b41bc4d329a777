using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Where to point at a function: not at its body, which may be long.</summary>
internal static class FunctionHeads
{
    public static Location Of(SyntaxNode function) => function switch
    {
        LambdaExpressionSyntax lambda => UpTo(lambda, lambda.ArrowToken.Span.End),
        AnonymousMethodExpressionSyntax method => UpTo(method, method.ParameterList?.Span.End ?? method.DelegateKeyword.Span.End),
        _ => function.GetLocation(),
    };

    private static Location UpTo(SyntaxNode function, int end) => function.SyntaxTree.GetLocation(TextSpan.FromBounds(function.SpanStart, end));
}
