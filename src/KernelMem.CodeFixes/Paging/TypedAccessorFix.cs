using System;
using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Paging;

/// <summary>
/// KM4009: sets, clears or tests one flag of a layout by its name. <c>E.FromRaw(e.Value | E.WritableMask)</c> becomes
/// <c>e.WithWritable(true)</c>, <c>(e.Value &amp; E.WritableMask) != 0</c> becomes <c>e.Writable</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class TypedAccessorFix() : KernelCodeFix("KM4009")
{
    private const string MaskSuffix = "Mask";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
        => place.Nearest<BinaryExpressionSyntax>() is { } bits
            && bits.Span == place.Node.Span
            && Layout(bits.Left, place) is { } layout
            && (Setter(bits, layout, place) ?? Test(bits, layout, place)) is { } replacement
                ? [place.Edit($"Use '{replacement.Name}'", nameof(TypedAccessorFix), editor => editor.ReplaceNode(replacement.Old, SyntaxFactory.ParseExpression(replacement.Text).WithTriviaFrom(replacement.Old)))]
                : [];

    /// <summary>Of <c>e.Value</c>, the layout that e is of.</summary>
    private static INamedTypeSymbol? Layout(ExpressionSyntax word, FixPlace place)
        => word is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Value" } access
            && place.TypeOf(access.Expression) is INamedTypeSymbol type
            && type.Has(KnownSymbols.Of(place.Model.Compilation).BitLayout)
                ? type
                : null;

    private static Replacement? Setter(BinaryExpressionSyntax bits, INamedTypeSymbol layout, FixPlace place)
    {
        if (Outer(bits) is not ArgumentSyntax { Parent: ArgumentListSyntax { Arguments.Count: 1, Parent: InvocationExpressionSyntax call } }
            || place.SymbolOf(call) is not IMethodSymbol { Name: "FromRaw" or "Create", IsStatic: true } maker
            || !SymbolEqualityComparer.Default.Equals(maker.ContainingType, layout))
        {
            return null;
        }

        bool sets = bits.IsKind(SyntaxKind.BitwiseOrExpression);
        ExpressionSyntax? mask = sets ? bits.Right : bits.Right is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseNotExpression } not ? not.Operand : null;
        if (mask is null || !(sets || bits.IsKind(SyntaxKind.BitwiseAndExpression)) || FlagOf(mask, layout, place) is not { } flag)
            return null;

        return new Replacement(call, $"{Entry(bits)}.With{flag}({(sets ? "true" : "false")})", "With" + flag);
    }

    private static Replacement? Test(BinaryExpressionSyntax bits, INamedTypeSymbol layout, FixPlace place)
        => bits.IsKind(SyntaxKind.BitwiseAndExpression)
            && FlagOf(bits.Right, layout, place) is { } flag
            && Outer(bits) is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression or (int)SyntaxKind.EqualsExpression } comparison
            && place.Model.GetConstantValue(comparison.Right, place.Cancellation) is { HasValue: true, Value: { } zero }
            && string.Equals(zero.ToString(), "0", StringComparison.Ordinal)
                ? new Replacement(comparison, (comparison.IsKind(SyntaxKind.EqualsExpression) ? "!" : string.Empty) + Entry(bits) + "." + flag, flag)
                : null;

    private static ExpressionSyntax Entry(BinaryExpressionSyntax bits) => ((MemberAccessExpressionSyntax)bits.Left).Expression.WithoutTrivia();

    private static SyntaxNode? Outer(SyntaxNode node)
    {
        SyntaxNode? outer = node.Parent;
        while (outer is ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            outer = outer.Parent;
        }

        return outer;
    }

    /// <summary>The bool property whose mask it is, by name or by number.</summary>
    private static string? FlagOf(ExpressionSyntax mask, INamedTypeSymbol layout, FixPlace place)
        => place.Model.GetConstantValue(mask, place.Cancellation) is { HasValue: true, Value: { } value }
            ? layout.GetMembers().OfType<IFieldSymbol>()
                .Where(constant => constant.HasConstantValue && constant.Name.EndsWith(MaskSuffix, StringComparison.Ordinal) && Equals(Convert.ToUInt64(constant.ConstantValue, CultureInfo.InvariantCulture), ToBits(value)))
                .Select(static constant => constant.Name.Substring(0, constant.Name.Length - MaskSuffix.Length))
                .FirstOrDefault(name => layout.GetMembers(name).OfType<IPropertySymbol>().Any(static property => property.Type.SpecialType == SpecialType.System_Boolean))
            : null;

    private static ulong? ToBits(object value) => value switch
    {
        ulong or uint or ushort or byte => Convert.ToUInt64(value, CultureInfo.InvariantCulture),
        long or int or short or sbyte => unchecked((ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>What becomes what.</summary>
    private sealed record Replacement(ExpressionSyntax Old, string Text, string Name);
}
