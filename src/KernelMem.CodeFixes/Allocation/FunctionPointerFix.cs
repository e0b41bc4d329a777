using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1006, KM1007: makes a delegate to a static method a function pointer, where it is a local variable that is only called.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class FunctionPointerFix() : KernelCodeFix("KM1006", "KM1007")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { Initializer.Value: { } value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } } declaration } variable
            && value.Span.Contains(place.Node.Span)
            && MethodGroup(value) is { } group
            && place.SymbolOf(group) is IMethodSymbol { IsStatic: true, MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, IsGenericMethod: false }
            && place.Model.Compilation.Options is CSharpCompilationOptions { AllowUnsafe: true }
            && place.Model.GetDeclaredSymbol(variable, place.Cancellation) is ILocalSymbol { Type: INamedTypeSymbol { DelegateInvokeMethod: { } signature } } local
            && variable.FirstAncestorOrSelf<BlockSyntax>() is { } block)
        {
            ImmutableArray<IdentifierNameSyntax> uses = [.. place.UsesOf(local, block)];
            if (uses.All(IsCall))
            {
                return [place.Edit("Use a function pointer", nameof(FunctionPointerFix), editor => Edit(editor, declaration, value, group, signature, uses))];
            }
        }

        return [];
    }

    private static ExpressionSyntax? MethodGroup(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax or MemberAccessExpressionSyntax => value,
        BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } when arguments[0].Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax => arguments[0].Expression,
        CastExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } cast => cast.Expression,
        _ => null,
    };

    /// <summary><c>f(x)</c> or <c>f.Invoke(x)</c>, outside of functions that would capture a pointer.</summary>
    private static bool IsCall(IdentifierNameSyntax name)
        => name.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is null
            && (name.Parent is InvocationExpressionSyntax || IsInvoke(name.Parent));

    private static bool IsInvoke(SyntaxNode? node)
        => node is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke", Parent: InvocationExpressionSyntax };

    private static void Edit(
        SyntaxEditor editor, VariableDeclarationSyntax declaration, ExpressionSyntax value, ExpressionSyntax group, IMethodSymbol signature, ImmutableArray<IdentifierNameSyntax> uses)
    {
        editor.ReplaceNode(value, SyntaxFactory.PrefixUnaryExpression(SyntaxKind.AddressOfExpression, group.WithoutTrivia()).WithTriviaFrom(value));
        editor.ReplaceNode(declaration.Type, PointerType(signature, editor.Generator).WithTriviaFrom(declaration.Type));
        foreach (MemberAccessExpressionSyntax invoke in uses.Select(static name => name.Parent).Where(IsInvoke).Cast<MemberAccessExpressionSyntax>())
        {
            editor.ReplaceNode(invoke, invoke.Expression.WithTriviaFrom(invoke));
        }

        if (!IsUnsafe(declaration) && declaration.Ancestors().FirstOrDefault(static ancestor => ancestor is BaseMethodDeclarationSyntax or PropertyDeclarationSyntax or LocalFunctionStatementSyntax) is { } member)
            editor.SetModifiers(member, editor.Generator.GetModifiers(member).WithIsUnsafe(isUnsafe: true));
    }

    private static bool IsUnsafe(SyntaxNode node)
        => node.Ancestors().Any(static ancestor => ancestor is UnsafeStatementSyntax
            || (ancestor is MemberDeclarationSyntax member && member.Modifiers.Any(SyntaxKind.UnsafeKeyword))
            || (ancestor is LocalFunctionStatementSyntax function && function.Modifiers.Any(SyntaxKind.UnsafeKeyword)));

    private static FunctionPointerTypeSyntax PointerType(IMethodSymbol signature, SyntaxGenerator generator)
        => SyntaxFactory.FunctionPointerType().WithParameterList(SyntaxFactory.FunctionPointerParameterList(SyntaxFactory.SeparatedList(
            [
                .. signature.Parameters.Select(parameter => Parameter(generator, parameter.Type, parameter.RefKind)),
                Parameter(generator, signature.ReturnType, signature.RefKind),
            ])));

    private static FunctionPointerParameterSyntax Parameter(SyntaxGenerator generator, ITypeSymbol type, RefKind kind)
    {
        FunctionPointerParameterSyntax parameter = SyntaxFactory.FunctionPointerParameter((TypeSyntax)generator.TypeExpression(type));
        return kind switch
        {
            RefKind.Ref => parameter.AddModifiers(SyntaxFactory.Token(SyntaxKind.RefKeyword)),
            RefKind.Out => parameter.AddModifiers(SyntaxFactory.Token(SyntaxKind.OutKeyword)),
            RefKind.In => parameter.AddModifiers(SyntaxFactory.Token(SyntaxKind.InKeyword)),
            RefKind.RefReadOnlyParameter => parameter.AddModifiers(SyntaxFactory.Token(SyntaxKind.RefKeyword), SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword)),
            _ => parameter,
        };
    }
}
