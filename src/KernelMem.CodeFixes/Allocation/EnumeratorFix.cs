using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1012: goes through a list by number.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EnumeratorFix : KernelCodeFix
{
    private const string Index = "index";
    private const string Count = "Count";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1012"];

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
        => place.Nearest<ForEachStatementSyntax>() is { AwaitKeyword.RawKind: 0 } loop
            && loop.Expression.Span == place.Diagnostic.Location.SourceSpan
            && IsVariable(loop.Expression, place)
            && place.TypeOf(loop.Expression) is { } list
            && HasCountAndIndexer(list)
            && !IsTaken(loop, place)
                ? [place.Edit("Count through the list", nameof(EnumeratorFix), editor => editor.ReplaceNode(loop, ToCounted(loop)))]
                : [];

    /// <summary>It is asked for each element: a call would be made each time.</summary>
    private static bool IsVariable(ExpressionSyntax list, FixPlace place)
        => list is IdentifierNameSyntax && place.SymbolOf(list) is ILocalSymbol or IParameterSymbol or IFieldSymbol;

    private static bool HasCountAndIndexer(ITypeSymbol type)
        => Members(type, Count).Any(static member => member is { Type.SpecialType: SpecialType.System_Int32, GetMethod: not null })
            && Members(type, WellKnownMemberNames.Indexer).Any(static member => member is { Parameters.Length: 1, GetMethod: not null } && member.Parameters[0].Type.SpecialType == SpecialType.System_Int32);

    private static ImmutableArray<IPropertySymbol> Members(ITypeSymbol type, string name)
        => [.. new[] { type }.Concat(type.TypeKind == TypeKind.Interface ? type.AllInterfaces : []).SelectMany(level => level.GetMembers(name)).OfType<IPropertySymbol>()];

    private static bool IsTaken(ForEachStatementSyntax loop, FixPlace place)
        => !place.Model.LookupSymbols(loop.SpanStart, name: Index).IsEmpty
            || loop.DescendantTokens().Any(static token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == Index);

    private static ForStatementSyntax ToCounted(ForEachStatementSyntax loop)
    {
        string list = loop.Expression.ToString();
        StatementSyntax element = SyntaxFactory.ParseStatement($"{loop.Type} {loop.Identifier} = {list}[{Index}];\n");
        BlockSyntax body = loop.Statement is BlockSyntax block
            ? block.WithStatements(block.Statements.Insert(0, element))
            : SyntaxFactory.Block(element, loop.Statement.WithoutTrivia());
        var counted = (ForStatementSyntax)SyntaxFactory.ParseStatement($"for (int {Index} = 0; {Index} < {list}.{Count}; {Index}++) {{ }}");
        return counted.WithStatement(body).WithTriviaFrom(loop).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
