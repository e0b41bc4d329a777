using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1001: makes a class a struct, where nothing in its declaration needs a class, and nothing that is done with its objects tells a copy from the object.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ObjectToStructFix() : KernelCodeFix("KM1001")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Node is BaseObjectCreationExpressionSyntax creation
            && place.TypeOf(creation) is INamedTypeSymbol { OriginalDefinition: var type }
            && place.IsEditable(type)
            && CanBeStruct(type)
            && !place.IsSeenFromOutside(type))
        {
            KernelFix fix = place.EditDeclarations<TypeDeclarationSyntax>($"Make '{type.Name}' a struct", nameof(ObjectToStructFix), type, ToStruct);
            yield return fix.When(async cancellation => await ObjectUses.AreOfValueAsync(type, place.Document.Project, cancellation).ConfigureAwait(false));
        }
    }

    private static bool CanBeStruct(INamedTypeSymbol type)
        => type is { TypeKind: TypeKind.Class, IsSealed: true, BaseType.SpecialType: SpecialType.System_Object }
            && type.GetMembers().All(IsPossibleInStruct)
            && (HasConstructor(type) || !HasInitializers(type));

    private static bool IsPossibleInStruct(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Destructor } => false,
        IFieldSymbol { IsVolatile: true } => false,

        // A struct cannot contain itself.
        IFieldSymbol { IsStatic: false } field => !SymbolEqualityComparer.Default.Equals(field.Type.OriginalDefinition, member.ContainingType.OriginalDefinition),
        _ => member.IsImplicitlyDeclared || member.DeclaredAccessibility is not (Accessibility.Protected or Accessibility.ProtectedOrInternal),
    };

    private static bool HasConstructor(INamedTypeSymbol type) => type.InstanceConstructors.Any(static constructor => !constructor.IsImplicitlyDeclared);

    private static bool HasInitializers(INamedTypeSymbol type)
        => type.DeclaringSyntaxReferences
            .SelectMany(static reference => ((TypeDeclarationSyntax)reference.GetSyntax()).Members)
            .Any(static member => member switch
            {
                FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword) && field.Declaration.Variables.Any(static variable => variable.Initializer is not null),
                PropertyDeclarationSyntax property => !property.Modifiers.Any(SyntaxKind.StaticKeyword) && property.Initializer is not null,
                _ => false,
            });

    private static SyntaxNode ToStruct(TypeDeclarationSyntax declaration)
    {
        SyntaxToken @sealed = declaration.Modifiers.FirstOrDefault(static modifier => modifier.IsKind(SyntaxKind.SealedKeyword));
        SyntaxTriviaList leading = declaration.GetLeadingTrivia();
        SyntaxTokenList modifiers = @sealed == default ? declaration.Modifiers : declaration.Modifiers.Remove(@sealed);
        TypeDeclarationSyntax result = declaration switch
        {
            ClassDeclarationSyntax @class => SyntaxFactory.StructDeclaration(
                @class.AttributeLists, modifiers, Keyword(@class.Keyword), @class.Identifier, @class.TypeParameterList, @class.ParameterList,
                @class.BaseList, @class.ConstraintClauses, @class.OpenBraceToken, @class.Members, @class.CloseBraceToken, @class.SemicolonToken),
            RecordDeclarationSyntax record => SyntaxFactory.RecordDeclaration(
                SyntaxKind.RecordStructDeclaration, record.AttributeLists, modifiers, record.Keyword, Keyword(record.ClassOrStructKeyword), record.Identifier,
                record.TypeParameterList, record.ParameterList, record.BaseList, record.ConstraintClauses, record.OpenBraceToken, record.Members,
                record.CloseBraceToken, record.SemicolonToken),
            _ => declaration,
        };
        return result.WithLeadingTrivia(leading);
    }

    private static SyntaxToken Keyword(SyntaxToken old)
        => SyntaxFactory.Token(SyntaxKind.StructKeyword).WithTriviaFrom(old).WithTrailingTrivia(old.TrailingTrivia.Any() ? old.TrailingTrivia : [SyntaxFactory.Space]);
}
