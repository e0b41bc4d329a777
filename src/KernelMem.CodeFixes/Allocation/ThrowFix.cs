using System;
using System.Collections.Generic;
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
public sealed class ThrowFix() : KernelCodeFix("KM1014")
{
    private const string Panic = "KernelMem.Failures.Panic";
    private const string Result = "KernelMem.Failures.Result<TError>";
    private const string ResultWithValue = "KernelMem.Failures.Result<T, TError>";

    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<ThrowStatementSyntax>() is not { Expression: { } exception } statement
            || place.Model.GetEnclosingSymbol(statement.SpanStart, place.Cancellation) is not IMethodSymbol function
            || Functions.Around(statement) is not { } around
            || Functions.IsSuspended(around)
            || IsCaught(statement, around)
            || !Purity.HasNoEffect(exception, place))
        {
            yield break;
        }

        if (FailureOf(function.ReturnType) is { } failure)
            yield return place.Edit($"Return '{failure.ContainingType.Name}.{failure.Name}'", nameof(ThrowFix) + "Return", editor => editor.ReplaceNode(statement, Return(failure, editor.Generator).WithTriviaFrom(statement)));

        if (place.Model.Compilation.GetTypeByMetadataName(Panic) is not { } panic || MessageOf(exception, place) is not { } message)
            yield break;

        // To the compiler, a panic comes back. The first ending that it takes is the right one.
        foreach (string? end in function.ReturnsVoid ? (string?[])[statement.Parent is SwitchSectionSyntax ? "break;" : null, "return;"] : ["return default;"])
        {
            yield return place.Edit("Panic", nameof(ThrowFix) + "Panic", editor => PanicInstead(editor, statement, panic, message, end));
        }
    }

    /// <summary>Whether the same function catches what is thrown, or might.</summary>
    private static bool IsCaught(SyntaxNode statement, SyntaxNode function)
        => statement.Ancestors().TakeWhile(ancestor => ancestor != function)
            .Any(ancestor => ancestor is TryStatementSyntax { Catches.Count: > 0 } attempt && attempt.Block.Span.Contains(statement.Span));

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

    private static void PanicInstead(SyntaxEditor editor, ThrowStatementSyntax statement, INamedTypeSymbol panic, string message, string? end)
    {
        SyntaxGenerator generator = editor.Generator;
        var call = (StatementSyntax)generator.ExpressionStatement(generator.InvocationExpression(
            generator.MemberAccessExpression(generator.TypeExpression(panic).WithAdditionalAnnotations(Simplifier.AddImportsAnnotation), "Now"),
            generator.LiteralExpression(message)));
        List<StatementSyntax> statements = [call.WithAdditionalAnnotations(Formatter.Annotation)];
        if (end is not null)
            statements.Add(SyntaxFactory.ParseStatement(end).WithAdditionalAnnotations(Formatter.Annotation));

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
