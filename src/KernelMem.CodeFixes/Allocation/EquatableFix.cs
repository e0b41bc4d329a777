using System.Collections.Generic;
using System.Composition;
using System.Linq;
using KernelMem.Analyzers.Rules.Allocation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1024: gives the struct that is boxed to be compared an <c>IEquatable</c> of itself, which compares as before.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EquatableFix() : KernelCodeFix("KM1024")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
        => place.Model.GetOperation(place.Node, place.Cancellation) is { } comparison
            && (EqualityRule.BoxedBy(comparison) as INamedTypeSymbol)?.OriginalDefinition is { TypeKind: TypeKind.Struct } type
            && place.IsEditable(type)
            && type.GetMembers(nameof(Equals)).IsEmpty
            && StructState.Of(type) is { } state
                ? [place.EditFirstDeclaration<TypeDeclarationSyntax>($"Make '{type.Name}' equatable", nameof(EquatableFix), type, declaration => NewMembers.AddedTo(WithInterface(declaration, state.Name), MembersOf(type, state, place)))]
                : [];

    private static IEnumerable<string> MembersOf(INamedTypeSymbol type, StructState state, FixPlace place)
    {
        yield return $"public bool Equals({state.Name} other) => {state.EqualsTo("other") ?? "true"};";
        yield return $"public override bool Equals({state.ObjectAt(place)} obj) => obj is {state.Name} other && Equals(other);";
        if (!type.GetMembers(nameof(GetHashCode)).OfType<IMethodSymbol>().Any(static method => method.IsOverride))
            yield return state.GetHashCodeOverride;

        // Where a struct becomes something else by itself, its == may be that of the other.
        if (!type.GetMembers().OfType<IMethodSymbol>().Any(static method => method.Name is WellKnownMemberNames.EqualityOperatorName or WellKnownMemberNames.InequalityOperatorName or WellKnownMemberNames.ImplicitConversionName))
        {
            yield return $"public static bool operator ==({state.Name} left, {state.Name} right) => left.Equals(right);";
            yield return $"public static bool operator !=({state.Name} left, {state.Name} right) => !left.Equals(right);";
        }
    }

    private static TypeDeclarationSyntax WithInterface(TypeDeclarationSyntax declaration, string name)
    {
        BaseTypeSyntax contract = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName($"System.IEquatable<{name}>").WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation));
        if (declaration.BaseList is { } list)
            return declaration.WithBaseList(list.WithTypes(AppendedTo(list.Types, contract)));

        // The line ends after the list, no longer before it.
        SyntaxToken last = declaration.ParameterList?.GetLastToken() ?? declaration.TypeParameterList?.GetLastToken() ?? declaration.Identifier;
        BaseListSyntax added = SyntaxFactory.BaseList(SyntaxFactory.Token(SyntaxKind.ColonToken).WithTrailingTrivia(SyntaxFactory.Space), [contract.WithTrailingTrivia(last.TrailingTrivia)]);
        return declaration.ReplaceToken(last, last.WithTrailingTrivia(SyntaxFactory.Space)) is { } shortened ? shortened.WithBaseList(added) : declaration;
    }

    private static SeparatedSyntaxList<BaseTypeSyntax> AppendedTo(SeparatedSyntaxList<BaseTypeSyntax> types, BaseTypeSyntax added)
    {
        BaseTypeSyntax last = types.Last();
        return types.Replace(last, last.WithoutTrailingTrivia()).Add(added.WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(last.GetTrailingTrivia()));
    }
}
