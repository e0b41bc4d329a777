using System;
using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1012: goes through a list by number.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EnumeratorFix() : KernelCodeFix("KM1012")
{
    private const string Index = "index";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
        => place.Nearest<ForEachStatementSyntax>() is { AwaitKeyword.RawKind: 0 } loop
            && loop.Expression.Span == place.Diagnostic.Location.SourceSpan
            && Functions.Around(loop) is { } function
            && IsUnchanged(loop.Expression, function, place)
            && place.TypeOf(loop.Expression) is { } list
            && IsListOf(place.Model.GetForEachStatementInfo(loop).ElementType, list)
            && FreeName(loop, place) is { } index
                ? [place.Edit("Count through the list", nameof(EnumeratorFix), editor => editor.ReplaceNode(loop, ToCounted(loop, index))) with { KeepsCalls = true }]
                : [];

    /// <summary>The variable is asked for each element: it must have the same list each time.</summary>
    private static bool IsUnchanged(ExpressionSyntax list, SyntaxNode function, FixPlace place)
        => list is IdentifierNameSyntax && place.SymbolOf(list) switch
        {
            IFieldSymbol field => field.IsReadOnly,
            ILocalSymbol { RefKind: RefKind.None } or IParameterSymbol { RefKind: RefKind.None } => !place.UsesOf(place.SymbolOf(list)!, function.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? function).Any(Writes.IsWritten),
            _ => false,
        };

    /// <summary>An indexer may be of keys: a list's is of numbers, as its interface says.</summary>
    private static bool IsListOf(ITypeSymbol? element, ITypeSymbol type)
        => type.AllInterfaces.Concat(type is INamedTypeSymbol own ? [own] : []).Any(contract =>
            (contract.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IList_T or SpecialType.System_Collections_Generic_IReadOnlyList_T)
            && SymbolEqualityComparer.Default.Equals(contract.TypeArguments[0], element));

    /// <summary>Loops within each other, mended together, have names of their own.</summary>
    private static string? FreeName(ForEachStatementSyntax loop, FixPlace place)
    {
        int depth = loop.Ancestors().Count(static outer => outer is CommonForEachStatementSyntax || IsCounted(outer));
        string name = depth == 0 ? Index : Index + (depth + 1).ToString(CultureInfo.InvariantCulture);
        bool isTaken = !place.Model.LookupSymbols(loop.SpanStart, name: name).IsEmpty
            || loop.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name);
        return isTaken ? null : name;
    }

    /// <summary>A loop that was mended before.</summary>
    private static bool IsCounted(SyntaxNode loop)
        => loop is ForStatementSyntax { Declaration.Variables: { Count: 1 } variables } && variables[0].Identifier.ValueText.StartsWith(Index, StringComparison.Ordinal);

    private static ForStatementSyntax ToCounted(ForEachStatementSyntax loop, string index)
    {
        string list = loop.Expression.ToString();
        StatementSyntax element = SyntaxFactory.ParseStatement($"{loop.Type} {loop.Identifier} = {list}[{index}];\n");
        BlockSyntax body = loop.Statement is BlockSyntax block
            ? block.WithStatements(block.Statements.Insert(0, element))
            : SyntaxFactory.Block(element, loop.Statement);
        var counted = (ForStatementSyntax)SyntaxFactory.ParseStatement($"for (int {index} = 0; {index} < {list}.Count; {index}++) {{ }}");
        return counted.WithStatement(body.WithTrailingTrivia(loop.GetTrailingTrivia())).WithLeadingTrivia(loop.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
