using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1011: takes the range of a span, where the part is only looked at.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SliceFix : KernelCodeFix
{
    private const string AsSpan = "AsSpan";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1011"];

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
        => place.Node is ElementAccessExpressionSyntax slice && IsLookedAt(slice, place) && !OutlivesSpans(slice, place) && BindsTo(ViewOf(slice.Expression), slice, place)
            ? [place.Edit("Slice a span", nameof(SliceFix), editor => editor.ReplaceNode(slice.Expression, ViewOf(slice.Expression)))]
            : [];

    /// <summary>Whether a span would do: it is measured, gone through, indexed, or seen as a span.</summary>
    private static bool IsLookedAt(ElementAccessExpressionSyntax slice, FixPlace place)
        => Spans.IsReadOnlyUse(slice, place) || Spans.IsReadOnlySpan(place.Model.GetTypeInfo(slice, place.Cancellation).ConvertedType);

    /// <summary>A span does not live in an iterator or an asynchronous function.</summary>
    private static bool OutlivesSpans(SyntaxNode slice, FixPlace place)
        => place.Model.GetEnclosingSymbol(slice.SpanStart, place.Cancellation) is IMethodSymbol { IsAsync: true }
            || slice.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().OfType<YieldStatementSyntax>().Any() == true;

    private static InvocationExpressionSyntax ViewOf(ExpressionSyntax whole)
        => SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, whole.WithoutTrailingTrivia(), SyntaxFactory.IdentifierName(AsSpan)))
            .WithTrailingTrivia(whole.GetTrailingTrivia());

    /// <summary>The method is an extension: its namespace may not be imported.</summary>
    private static bool BindsTo(ExpressionSyntax view, SyntaxNode at, FixPlace place)
        => Spans.IsSpan(place.Model.GetSpeculativeTypeInfo(at.SpanStart, view, SpeculativeBindingOption.BindAsExpression).Type);
}
