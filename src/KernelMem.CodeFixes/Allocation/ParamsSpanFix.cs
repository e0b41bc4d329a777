using System.Collections.Immutable;
using System.Composition;
using System.Linq;
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

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
    {
        if (GatheredParameter(place) is { Type: IArrayTypeSymbol { Rank: 1 } array, ContainingSymbol: IMethodSymbol method } parameter
            && place.IsEditable(method)
            && !method.IsAsync
            && Signatures.IsFree(method)
            && method.DeclaringSyntaxReferences.Length == 1
            && IsOnlyRead(parameter, place))
        {
            SyntaxGenerator generator = SyntaxGenerator.GetGenerator(place.Document);
            return [place.EditDeclarations<ParameterSyntax>($"Make '{parameter.Name}' a span", nameof(ParamsSpanFix), parameter, old => old.WithType(Spans.TypeSyntax(generator, "ReadOnlySpan", array.ElementType).WithTriviaFrom(old.Type!)))];
        }

        return [];
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

    /// <summary>In the file at hand; what another file's method does with it is not looked at. A span does not live in an iterator.</summary>
    private static bool IsOnlyRead(IParameterSymbol parameter, FixPlace place)
    {
        SyntaxNode declaration = parameter.ContainingSymbol.DeclaringSyntaxReferences[0].GetSyntax(place.Cancellation);
        return declaration.SyntaxTree == place.Model.SyntaxTree
            && !declaration.DescendantNodes().OfType<YieldStatementSyntax>().Any()
            && place.UsesOf(parameter, declaration)
                .All(name => Spans.IsReadOnlyUse(name, place) && name.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is null);
    }
}
