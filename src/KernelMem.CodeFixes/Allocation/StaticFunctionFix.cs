using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1005: where all that a function captures are numbers and strings that never change, makes them constants, and the function static.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class StaticFunctionFix() : KernelCodeFix("KM1005")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<AnonymousFunctionExpressionSyntax>() is { } function
            && function.SpanStart == place.Diagnostic.Location.SourceSpan.Start
            && place.Model.AnalyzeDataFlow(function) is { Succeeded: true } flow
            && ConstantsFor(flow.CapturedInside.Where(variable => !IsDeclaredIn(variable, function)), place) is { } declarations)
        {
            return [place.Edit("Make what it captures constant, and the function static", nameof(StaticFunctionFix), editor => Edit(editor, function, declarations, place)) with { KeepsCalls = true }];
        }

        return [];
    }

    private static bool IsDeclaredIn(ISymbol variable, SyntaxNode function)
        => variable.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == function.SyntaxTree && function.Span.Contains(reference.Span));

    /// <summary>Null where one of them cannot be a constant.</summary>
    private static List<LocalDeclarationStatementSyntax>? ConstantsFor(IEnumerable<ISymbol> variables, FixPlace place)
    {
        var declarations = new List<LocalDeclarationStatementSyntax>();
        foreach (ISymbol variable in variables)
        {
            if (variable is not ILocalSymbol { RefKind: RefKind.None } local || ConstantDeclaration(local, place) is not { } declaration)
                return null;

            declarations.Add(declaration);
        }

        return declarations.Count == 0 ? null : declarations;
    }

    private static LocalDeclarationStatementSyntax? ConstantDeclaration(ILocalSymbol local, FixPlace place)
        => local.DeclaringSyntaxReferences[0].GetSyntax(place.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } statement } }
            && place.Model.GetConstantValue(value, place.Cancellation).HasValue
            && IsConstantType(local.Type)
            && statement.Parent is BlockSyntax block
            && !IsChanged(local, block, place)
                ? statement
                : null;

    private static bool IsConstantType(ITypeSymbol type)
        => type.TypeKind == TypeKind.Enum || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_Double or SpecialType.System_String;

    private static bool IsChanged(ILocalSymbol local, BlockSyntax scope, FixPlace place)
        => place.UsesOf(local, scope).Any(Writes.IsWritten);

    private static void Edit(SyntaxEditor editor, AnonymousFunctionExpressionSyntax function, List<LocalDeclarationStatementSyntax> declarations, FixPlace place)
    {
        foreach (LocalDeclarationStatementSyntax declaration in declarations)
        {
            VariableDeclarationSyntax variables = declaration.Declaration;
            var local = (ILocalSymbol)place.Model.GetDeclaredSymbol(variables.Variables[0], place.Cancellation)!;
            TypeSyntax type = variables.Type.IsVar ? (TypeSyntax)editor.Generator.TypeExpression(local.Type) : variables.Type.WithoutTrivia();
            editor.ReplaceNode(declaration, declaration
                .WithDeclaration(variables.WithType(type.WithTrailingTrivia(SyntaxFactory.Space)))
                .WithModifiers([SyntaxFactory.Token(SyntaxKind.ConstKeyword).WithTrailingTrivia(SyntaxFactory.Space)])
                .WithTriviaFrom(declaration));
        }

        editor.ReplaceNode(function, (current, _) => MadeStatic((AnonymousFunctionExpressionSyntax)current));
    }

    private static AnonymousFunctionExpressionSyntax MadeStatic(AnonymousFunctionExpressionSyntax function)
    {
        SyntaxTriviaList leading = function.GetLeadingTrivia();
        AnonymousFunctionExpressionSyntax bare = function.WithoutLeadingTrivia();
        return bare
            .WithModifiers(bare.Modifiers.Insert(0, SyntaxFactory.Token(SyntaxKind.StaticKeyword).WithTrailingTrivia(SyntaxFactory.Space)))
            .WithLeadingTrivia(leading);
    }
}
