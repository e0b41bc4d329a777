using System.Collections.Generic;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1011: takes the range of a span, where the part is only looked at.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SliceFix() : KernelCodeFix("KM1011")
{
    private const string AsSpan = "AsSpan";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
        => place.Node is ElementAccessExpressionSyntax slice && IsLookedAt(slice, place) && !OutlivesSpans(slice) && BindsTo(ViewOf(slice.Expression), slice, place)
            ? [place.Edit("Slice a span", nameof(SliceFix), editor => editor.ReplaceNode(slice.Expression, ViewOf(slice.Expression))) with { KeepsCalls = true }]
            : [];

    /// <summary>
    /// Whether a span would do. A string is what it was whenever it is looked at; of an array, only what is read at once is as it was in the
    /// copy.
    /// </summary>
    private static bool IsLookedAt(ElementAccessExpressionSyntax slice, FixPlace place)
        => place.TypeOf(slice.Expression)?.SpecialType == SpecialType.System_String
            ? Spans.IsReadOnlyUse(slice, place) || Spans.IsReadOnlySpan(place.Model.GetTypeInfo(slice, place.Cancellation).ConvertedType)
            : slice.Parent is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax { ArgumentList.Arguments.Count: 1 } && Spans.IsReadOnlyUse(slice, place) && IsReadAtOnce(slice, place);

    /// <summary>The index comes after the slice, and may change what the slice is of.</summary>
    private static bool IsReadAtOnce(ElementAccessExpressionSyntax slice, FixPlace place)
        => slice.Parent is not ElementAccessExpressionSyntax element || Purity.HasNoEffect(element.ArgumentList.Arguments[0].Expression, place);

    /// <summary>A span does not live in an iterator or an asynchronous function.</summary>
    private static bool OutlivesSpans(SyntaxNode slice) => Functions.Around(slice) is { } function && Functions.IsSuspended(function);

    private static InvocationExpressionSyntax ViewOf(ExpressionSyntax whole)
        => SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, whole.WithoutTrailingTrivia(), SyntaxFactory.IdentifierName(AsSpan)))
            .WithTrailingTrivia(whole.GetTrailingTrivia());

    /// <summary>The method is an extension: its namespace may not be imported.</summary>
    private static bool BindsTo(ExpressionSyntax view, SyntaxNode at, FixPlace place)
        => Spans.IsSpan(place.Model.GetSpeculativeTypeInfo(at.SpanStart, view, SpeculativeBindingOption.BindAsExpression).Type);
}
