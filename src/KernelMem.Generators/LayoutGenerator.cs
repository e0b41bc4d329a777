using System.Text;
using KernelMem.Generators.Parsing;
using KernelMem.Generators.Writing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Generators;

/// <summary>
/// Turns each struct marked <c>[BitLayout]</c> into the typed view of a hardware word: declaration → parse → model → text.
/// A declaration with errors generates nothing; <see cref="LayoutAnalyzer"/> says what is wrong with it.
/// </summary>
/// <remarks>
/// Parsing runs again whenever the compilation changes, and so holds on to nothing of it: the model is plain comparable data.
/// When the model is as before, nothing is written again.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class LayoutGenerator : IIncrementalGenerator
{
    internal const string ParsedStep = "KernelMem.Layout.Parsed";
    internal const string LayoutsStep = "KernelMem.Layout.Layouts";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.BitLayoutAttribute,
                predicate: static (node, _) => node is TypeDeclarationSyntax,
                transform: static (target, cancellation) =>
                    LayoutParser.Parse((INamedTypeSymbol)target.TargetSymbol, target.Attributes[0], cancellation).Layout)
            .WithTrackingName(ParsedStep);

        var layouts = parsed
            .Where(static layout => layout is not null)
            .Select(static (layout, _) => layout!)
            .WithTrackingName(LayoutsStep);

        context.RegisterSourceOutput(layouts, static (output, layout) =>
            output.AddSource(layout.HintName, SourceText.From(LayoutWriter.Write(layout), Encoding.UTF8)));
    }
}
