using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.FindSymbols;

namespace KernelMem.CodeFixes;

/// <summary>Arrays that are given to a method, which only reads them: a <c>ReadOnlySpan</c> takes their place.</summary>
internal static class SpanParameters
{
    /// <summary>Makes a parameter a span; null where no caller could like that.</summary>
    public static KernelFix? Make(IParameterSymbol parameter, string key, FixPlace place)
    {
        if (parameter is not { Type: IArrayTypeSymbol { Rank: 1 } array, RefKind: RefKind.None, HasExplicitDefaultValue: false, ContainingSymbol: IMethodSymbol { IsAsync: false } method }
            || !Signatures.IsFree(method)
            || !place.IsEditable(method)
            || place.IsSeenFromOutside(method))
        {
            return null;
        }

        SyntaxGenerator generator = SyntaxGenerator.GetGenerator(place.Document);
        KernelFix fix = place.EditDeclarations<ParameterSyntax>(
            $"Make '{parameter.Name}' a span", key, parameter, old => old.WithType(Spans.TypeSyntax(generator, "ReadOnlySpan", array.ElementType).WithTriviaFrom(old.Type!)));
        return (fix with { KeepsCalls = true }).When(async _ => await IsOnlyReadAsync(parameter, method, place).ConfigureAwait(false) && !await IsCalledAcrossSuspensionAsync(method, place).ConfigureAwait(false));
    }

    /// <summary>A span does not live in an iterator, nor in a lambda.</summary>
    private static async Task<bool> IsOnlyReadAsync(IParameterSymbol parameter, IMethodSymbol method, FixPlace place)
        => await place.AtAsync(method).ConfigureAwait(false) is { } owner
            && await place.AtAsync(parameter).ConfigureAwait(false) is { } at
            && owner.Model.GetDeclaredSymbol(at.Node, place.Cancellation) is { } declared
            && !Functions.IsSuspended(owner.Node)
            && owner.UsesOf(declared, owner.Node).All(name => Spans.IsReadOnlyUse(name, owner) && name.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is null);

    /// <summary>Whether the span would be made in an iterator or an asynchronous function, which may be left before it is used.</summary>
    private static async Task<bool> IsCalledAcrossSuspensionAsync(IMethodSymbol method, FixPlace place)
    {
        foreach (ReferencedSymbol found in await SymbolFinder.FindReferencesAsync(method, place.Solution, place.Cancellation).ConfigureAwait(false))
        {
            foreach (ReferenceLocation reference in found.Locations)
            {
                SyntaxNode root = await reference.Location.SourceTree!.GetRootAsync(place.Cancellation).ConfigureAwait(false);
                if (Functions.Around(root.FindNode(reference.Location.SourceSpan, getInnermostNodeForTie: true)) is { } caller && Functions.IsSuspended(caller))
                    return true;
            }
        }

        return false;
    }
}
