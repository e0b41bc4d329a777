using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1003: makes the method that is given the boxed value generic, with the interface as its constraint.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class GenericParameterFix() : KernelCodeFix("KM1003")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<ArgumentSyntax>() is { } argument
            && argument.Expression.Span == place.Node.Span
            && place.TypeOf(argument.Expression) is { IsValueType: true }
            && place.Model.GetOperation(argument, place.Cancellation) is IArgumentOperation { Parameter.OriginalDefinition: { } parameter }
            && parameter is { RefKind: RefKind.None, IsParams: false, Type.TypeKind: TypeKind.Interface, HasExplicitDefaultValue: false, ContainingSymbol: IMethodSymbol method }
            && CanBeGeneric(method, place))
        {
            string name = FreeName(method);
            KernelFix fix = place.EditDeclarations<SyntaxNode>($"Make '{method.Name}' generic", nameof(GenericParameterFix), method, declaration => MakeGeneric(declaration, parameter, name));
            yield return (fix with { Declaration = parameter, KeepsCalls = true }).When(async _ => await IsOnlyCalledAsync(parameter, method, place).ConfigureAwait(false));
        }
    }

    private static bool CanBeGeneric(IMethodSymbol method, FixPlace place)
        => method is { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, PartialDefinitionPart: null, PartialImplementationPart: null }
            && Signatures.IsFree(method)
            && place.IsEditable(method)
            && !place.IsSeenFromOutside(method);

    /// <summary>
    /// Whether all that is done with the parameter is to call members of the interface. What is assigned to it may be no <c>T</c>; what gets it as
    /// the interface had the same box before, and would have a box of its own.
    /// </summary>
    private static async Task<bool> IsOnlyCalledAsync(IParameterSymbol parameter, IMethodSymbol method, FixPlace place)
        => await place.AtAsync(method).ConfigureAwait(false) is { } owner
            && await place.AtAsync(parameter).ConfigureAwait(false) is { } at
            && owner.Model.GetDeclaredSymbol(at.Node, place.Cancellation) is { } declared
            && owner.UsesOf(declared, owner.Node).All(name => IsReceiver(name, owner) && Functions.Around(name) == owner.Node);

    /// <summary>The body of an interface member would get a box as its receiver.</summary>
    private static bool IsReceiver(IdentifierNameSyntax name, FixPlace place)
        => name.Parent is MemberAccessExpressionSyntax access
            && access.Expression == name
            && place.SymbolOf(access) is { IsAbstract: true, ContainingType.TypeKind: TypeKind.Interface } member
            && (member is not IMethodSymbol || access.Parent is InvocationExpressionSyntax);

    private static string FreeName(IMethodSymbol method)
    {
        string name = "T";
        for (int number = 1; IsTaken(method, name); number++)
        {
            name = "T" + number.ToString(CultureInfo.InvariantCulture);
        }

        return name;
    }

    private static bool IsTaken(ISymbol? symbol, string name)
    {
        for (; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if ((symbol is IMethodSymbol method && method.TypeParameters.Any(taken => taken.Name == name)) || (symbol is INamedTypeSymbol type && type.TypeParameters.Any(taken => taken.Name == name)))
                return true;
        }

        return false;
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
