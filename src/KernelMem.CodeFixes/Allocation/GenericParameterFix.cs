using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1003: makes the method that is given the boxed value generic, with the interface as its constraint.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class GenericParameterFix : KernelCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1003"];

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<ArgumentSyntax>() is { } argument
            && argument.Expression.Span == place.Node.Span
            && place.Model.GetOperation(argument, place.Cancellation) is IArgumentOperation { Parameter.OriginalDefinition: { } parameter }
            && parameter is { RefKind: RefKind.None, IsParams: false, Type.TypeKind: TypeKind.Interface, HasExplicitDefaultValue: false, ContainingSymbol: IMethodSymbol method }
            && CanBeGeneric(method, place)
            && !IsAssigned(parameter, place))
        {
            string name = FreeName(method);
            return [place.EditDeclarations<SyntaxNode>($"Make '{method.Name}' generic", nameof(GenericParameterFix), method, declaration => MakeGeneric(declaration, parameter, name))];
        }

        return [];
    }

    private static bool CanBeGeneric(IMethodSymbol method, FixPlace place)
        => method is { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, PartialDefinitionPart: null, PartialImplementationPart: null }
            && Signatures.IsFree(method)
            && place.IsEditable(method);

    /// <summary>Another object of the interface may be no <c>T</c>.</summary>
    private static bool IsAssigned(IParameterSymbol parameter, FixPlace place)
        => parameter.ContainingSymbol.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(place.Cancellation).DescendantNodes()
            .Any(node => node switch
            {
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText == parameter.Name,
                ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax passed } => passed.Identifier.ValueText == parameter.Name,
                _ => false,
            }));

    private static string FreeName(IMethodSymbol method)
    {
        string name = "T";
        for (int number = 1; method.TypeParameters.Concat(method.ContainingType.TypeParameters).Any(taken => taken.Name == name); number++)
        {
            name = "T" + number.ToString(CultureInfo.InvariantCulture);
        }

        return name;
    }

    private static SyntaxNode MakeGeneric(SyntaxNode declaration, IParameterSymbol parameter, string name) => declaration switch
    {
        MethodDeclarationSyntax method => method
            .WithTypeParameterList(Extended(method.TypeParameterList, name))
            .WithParameterList(Retyped(method.ParameterList, parameter.Ordinal, name))
            .WithConstraintClauses(method.ConstraintClauses.Add(Constraint(method.ParameterList, parameter.Ordinal, name))),
        LocalFunctionStatementSyntax function => function
            .WithTypeParameterList(Extended(function.TypeParameterList, name))
            .WithParameterList(Retyped(function.ParameterList, parameter.Ordinal, name))
            .WithConstraintClauses(function.ConstraintClauses.Add(Constraint(function.ParameterList, parameter.Ordinal, name))),
        _ => declaration,
    };

    private static ParameterListSyntax Retyped(ParameterListSyntax list, int index, string name)
    {
        ParameterSyntax parameter = list.Parameters[index];
        return list.ReplaceNode(parameter, parameter.WithType(SyntaxFactory.IdentifierName(name).WithTriviaFrom(parameter.Type!)));
    }

    private static TypeParameterListSyntax Extended(TypeParameterListSyntax? list, string name)
        => list is null ? SyntaxFactory.TypeParameterList([SyntaxFactory.TypeParameter(name)]) : list.AddParameters(SyntaxFactory.TypeParameter(name));

    private static TypeParameterConstraintClauseSyntax Constraint(ParameterListSyntax list, int index, string name)
        => SyntaxFactory.TypeParameterConstraintClause(SyntaxFactory.IdentifierName(name), [SyntaxFactory.TypeConstraint(list.Parameters[index].Type!.WithoutTrivia())])
            .WithAdditionalAnnotations(Formatter.Annotation);
}
