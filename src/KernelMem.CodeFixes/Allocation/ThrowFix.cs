using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1014: returns a failure, where the method returns a <c>Result</c>; or panics.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ThrowFix : KernelCodeFix
{
    private const string Panic = "KernelMem.Failures.Panic";
    private const string Result = "KernelMem.Failures.Result<TError>";
    private const string ResultWithValue = "KernelMem.Failures.Result<T, TError>";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1014"];

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<ThrowStatementSyntax>() is not { Expression: { } exception } statement
            || place.Model.GetEnclosingSymbol(statement.SpanStart, place.Cancellation) is not IMethodSymbol { IsAsync: false } function
            || IsInIterator(statement))
        {
            return [];
        }

        var fixes = new List<KernelFix>();
        if (FailureOf(function.ReturnType) is { } failure)
            fixes.Add(place.Edit($"Return '{failure.ContainingType.Name}.{failure.Name}'", nameof(ThrowFix) + "Return", editor => editor.ReplaceNode(statement, Return(failure, editor.Generator).WithTriviaFrom(statement))));

        if (place.Model.Compilation.GetTypeByMetadataName(Panic) is { } panic && MessageOf(exception, place) is { } message)
            fixes.Add(place.Edit("Panic", nameof(ThrowFix) + "Panic", editor => PanicInstead(editor, statement, panic, message, function)));

        return fixes.ToImmutableArray();
    }

    private static bool IsInIterator(SyntaxNode node)
        => node.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().OfType<YieldStatementSyntax>().Any() == true;

    /// <summary>A member of the error enum that is no success; which one is right, its user knows.</summary>
    private static IFieldSymbol? FailureOf(ITypeSymbol returned)
        => returned.OriginalDefinition.ToDisplayString() is Result or ResultWithValue
            && ((INamedTypeSymbol)returned).TypeArguments.Last() is INamedTypeSymbol { TypeKind: TypeKind.Enum } error
                ? error.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(static member => member.HasConstantValue && Convert.ToDecimal(member.ConstantValue, CultureInfo.InvariantCulture) != 0)
                : null;

    private static StatementSyntax Return(IFieldSymbol failure, SyntaxGenerator generator)
        => (StatementSyntax)generator.ReturnStatement(generator.MemberAccessExpression(generator.TypeExpression(failure.ContainingType), failure.Name))
            .WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>The exception's literal message, or else the exception's name. Null where the message is put together.</summary>
    private static string? MessageOf(ExpressionSyntax exception, FixPlace place)
    {
        if (exception is not ObjectCreationExpressionSyntax { ArgumentList: var list } || place.TypeOf(exception) is not { } type)
            return null;

        return list is null or { Arguments.Count: 0 } ? type.Name : place.Model.GetConstantValue(list.Arguments[0].Expression, place.Cancellation).Value as string;
    }

    private static void PanicInstead(SyntaxEditor editor, ThrowStatementSyntax statement, INamedTypeSymbol panic, string message, IMethodSymbol function)
    {
        SyntaxGenerator generator = editor.Generator;
        var call = (StatementSyntax)generator.ExpressionStatement(generator.InvocationExpression(
            generator.MemberAccessExpression(generator.TypeExpression(panic).WithAdditionalAnnotations(Simplifier.AddImportsAnnotation), "Now"),
            generator.LiteralExpression(message)));
        List<StatementSyntax> statements = [call.WithAdditionalAnnotations(Formatter.Annotation)];

        // To the compiler, a panic comes back.
        if (!function.ReturnsVoid)
            statements.Add(SyntaxFactory.ParseStatement("return default;").WithAdditionalAnnotations(Formatter.Annotation));

        if (function.ReturnsVoid && statement.Parent is SwitchSectionSyntax)
            statements.Add(SyntaxFactory.ParseStatement("break;").WithAdditionalAnnotations(Formatter.Annotation));

        Replace(editor, statement, statements);
    }

    private static void Replace(SyntaxEditor editor, StatementSyntax old, List<StatementSyntax> statements)
    {
        switch (old.Parent)
        {
            case BlockSyntax block:
                editor.ReplaceNode(block, block.WithStatements(block.Statements.ReplaceRange(old, WithTriviaOf(old, statements))));
                break;

            case SwitchSectionSyntax section:
                editor.ReplaceNode(section, section.WithStatements(section.Statements.ReplaceRange(old, WithTriviaOf(old, statements))));
                break;

            default:
                StatementSyntax whole = statements.Count == 1 ? statements[0] : SyntaxFactory.Block(statements).WithAdditionalAnnotations(Formatter.Annotation);
                editor.ReplaceNode(old, whole.WithTriviaFrom(old));
                break;
        }
    }

    private static List<StatementSyntax> WithTriviaOf(StatementSyntax old, List<StatementSyntax> statements)
    {
        int last = statements.Count - 1;
        statements[0] = statements[0].WithLeadingTrivia(old.GetLeadingTrivia());
        statements[last] = statements[last].WithTrailingTrivia(old.GetTrailingTrivia());
        for (int index = 0; index < last; index++)
        {
            statements[index] = statements[index].WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        }

        return statements;
    }
}
