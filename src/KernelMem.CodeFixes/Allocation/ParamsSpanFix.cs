using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1009: makes the parameter a <c>params ReadOnlySpan</c>, where the method only reads it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ParamsSpanFix : KernelCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1009"];

    private protected override Task<ImmutableArray<KernelFix>> FindAsync(FixPlace place)
    {
        if (GatheredParameter(place) is { Type: IArrayTypeSymbol { Rank: 1 } array, ContainingSymbol: IMethodSymbol method } parameter
            && place.IsEditable(method)
            && IsFree(method)
            && method.DeclaringSyntaxReferences.Length == 1
            && IsOnlyRead(parameter, place))
        {
            SyntaxGenerator generator = SyntaxGenerator.GetGenerator(place.Document);
            return Task.FromResult<ImmutableArray<KernelFix>>(
                [place.EditDeclarations<ParameterSyntax>($"Make '{parameter.Name}' a span", nameof(ParamsSpanFix), parameter, old => old.WithType(Spans.TypeSyntax(generator, "ReadOnlySpan", array.ElementType).WithTriviaFrom(old.Type!)))]);
        }

        return Task.FromResult<ImmutableArray<KernelFix>>([]);
    }

    private static IParameterSymbol? GatheredParameter(FixPlace place)
        => place.Node.AncestorsAndSelf()
            .Select(node => node.Span == place.Diagnostic.Location.SourceSpan ? place.Model.GetOperation(node, place.Cancellation) : null)
            .SelectMany(static operation => operation switch
            {
                IInvocationOperation call => call.Arguments,
                IObjectCreationOperation creation => creation.Arguments,
                IPropertyReferenceOperation indexer => indexer.Arguments,
                _ => [],
            })
            .FirstOrDefault(static argument => argument.ArgumentKind == ArgumentKind.ParamArray)?.Parameter?.OriginalDefinition;

    /// <summary>What is overridden or implemented elsewhere would have to change there too; a span does not live in an iterator or across an await.</summary>
    private static bool IsFree(IMethodSymbol method)
        => method is { IsVirtual: false, IsOverride: false, IsAbstract: false, IsAsync: false }
            && method.ExplicitInterfaceImplementations.IsEmpty
            && method.ContainingType.TypeKind is TypeKind.Class or TypeKind.Struct
            && !method.ContainingType.AllInterfaces.SelectMany(static contract => contract.GetMembers())
                .Any(member => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));

    /// <summary>In the file at hand; what another file's method does with it is not looked at.</summary>
    private static bool IsOnlyRead(IParameterSymbol parameter, FixPlace place)
    {
        SyntaxNode declaration = parameter.ContainingSymbol.DeclaringSyntaxReferences[0].GetSyntax(place.Cancellation);
        return declaration.SyntaxTree == place.Model.SyntaxTree
            && !declaration.DescendantNodes().OfType<YieldStatementSyntax>().Any()
            && declaration.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => name.Identifier.ValueText == parameter.Name && SymbolEqualityComparer.Default.Equals(place.SymbolOf(name), parameter))
                .All(name => Spans.IsReadOnlyUse(name, place) && name.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is null);
    }
}
