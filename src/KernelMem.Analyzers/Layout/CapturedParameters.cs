using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Analyzers.Layout;

/// <summary>Parameters of a primary constructor that members use: the compiler keeps them in fields that no symbol shows.</summary>
internal static class CapturedParameters
{
    /// <summary>Whether a struct has a field for one of its parameters. Judged by names, so it says yes rather than no.</summary>
    public static bool Any(INamedTypeSymbol type)
    {
        List<TypeDeclarationSyntax> parts = [.. type.DeclaringSyntaxReferences.Select(static part => part.GetSyntax()).OfType<TypeDeclarationSyntax>()];
        return parts
            .Where(static part => part is not RecordDeclarationSyntax && part.ParameterList is not null)
            .SelectMany(static part => part.ParameterList!.Parameters)
            .Any(parameter => parts.SelectMany(static part => part.Members).Any(member => Uses(member, parameter.Identifier.ValueText)));
    }

    private static bool Uses(MemberDeclarationSyntax member, string name) => member switch
    {
        BaseTypeDeclarationSyntax => false,

        // Initializers run in the constructor, where the parameter still is one.
        FieldDeclarationSyntax => false,
        PropertyDeclarationSyntax property => Mentions(property.ExpressionBody, name) || Mentions(property.AccessorList, name),
        _ => Mentions(member, name),
    };

    private static bool Mentions(SyntaxNode? node, string name)
        => node is not null
            && node.DescendantNodes().OfType<IdentifierNameSyntax>().Any(identifier => identifier.Identifier.ValueText == name && !IsMemberName(identifier))
            && !node.DescendantNodes().Any(inner => Declares(inner, name));

    private static bool IsMemberName(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name == name,
        NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax => true,
        _ => name.IsPartOfStructuredTrivia(),
    };

    private static bool Declares(SyntaxNode node, string name) => node switch
    {
        ParameterSyntax parameter => parameter.Identifier.ValueText == name,
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText == name,
        SingleVariableDesignationSyntax variable => variable.Identifier.ValueText == name,
        ForEachStatementSyntax loop => loop.Identifier.ValueText == name,
        _ => false,
    };
}
