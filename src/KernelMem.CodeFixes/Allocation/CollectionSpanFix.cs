using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>
/// KM1010: gathers the elements on the stack, where the variable is used as a span can be; or makes the parameter that they are for a span,
/// where the method only reads it.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class CollectionSpanFix() : KernelCodeFix("KM1010")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        // How many elements a spread has, only running the code tells: a span would be of an array, too.
        if (place.Node is not CollectionExpressionSyntax { Elements.Count: <= Spans.MaxOnStack } collection || collection.Elements.Any(static element => element is SpreadElementSyntax))
            return [];

        return collection.Parent switch
        {
            ArgumentSyntax argument => OfArgument(argument, place),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => OfLocal(collection, variable, place),
            _ => [],
        };
    }

    private static IEnumerable<KernelFix> OfArgument(ArgumentSyntax argument, FixPlace place)
        => place.Model.GetOperation(argument, place.Cancellation) is IArgumentOperation { Parameter: { IsParams: false } parameter }
            && SpanParameters.Make(parameter.OriginalDefinition, nameof(CollectionSpanFix) + "Parameter", place) is { } fix
                ? [fix]
                : [];

    private static IEnumerable<KernelFix> OfLocal(CollectionExpressionSyntax collection, VariableDeclaratorSyntax variable, FixPlace place)
        => place.Model.GetOperation(collection, place.Cancellation) is ICollectionExpressionOperation { Type: { } type }
            && Spans.ElementOf(type) is { } element
            && SpanLocals.DeclarationOf(variable, place) is { } declaration
                ? [place.Edit("Gather the elements on the stack", nameof(CollectionSpanFix), editor => Retype(editor, declaration, element)) with { KeepsCalls = true }]
                : [];

    private static void Retype(SyntaxEditor editor, VariableDeclarationSyntax declaration, ITypeSymbol element)
        => editor.ReplaceNode(declaration.Type, Spans.TypeSyntax(editor.Generator, "Span", element).WithTriviaFrom(declaration.Type));
}
