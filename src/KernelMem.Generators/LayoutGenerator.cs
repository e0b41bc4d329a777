using System.Text;
using System.Threading;
using KernelMem.Generators.Model;
using KernelMem.Generators.Parsing;
using KernelMem.Generators.Writing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Generators;

/// <summary>
/// Turns each struct marked <c>[BitLayout]</c> into the typed view of a hardware word: declaration → parse → model → text.
/// A declaration with errors gives a placeholder, and <see cref="LayoutAnalyzer"/> says what is wrong with it.
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
    internal const string PlaceholdersStep = "KernelMem.Layout.Placeholders";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.BitLayoutAttribute,
                predicate: static (node, _) => node is TypeDeclarationSyntax,
                transform: static (target, cancellation) => Parse(target, cancellation))
            .WithTrackingName(ParsedStep);

        var layouts = parsed
            .Where(static declaration => declaration.Layout is not null)
            .Select(static (declaration, _) => declaration.Layout!)
            .WithTrackingName(LayoutsStep);

        var placeholders = parsed
            .Where(static declaration => declaration.Placeholder is not null)
            .Select(static (declaration, _) => declaration.Placeholder!)
            .WithTrackingName(PlaceholdersStep);

        context.RegisterSourceOutput(layouts, static (output, layout) =>
            output.AddSource(layout.Header.HintName, SourceText.From(LayoutWriter.Write(layout), Encoding.UTF8)));

        context.RegisterSourceOutput(placeholders, static (output, placeholder) =>
            output.AddSource(placeholder.Header.HintName, SourceText.From(PlaceholderWriter.Write(placeholder), Encoding.UTF8)));
    }

    /// <summary>The errors, which know places in the source, go no further.</summary>
    private static (LayoutModel? Layout, PlaceholderModel? Placeholder) Parse(GeneratorAttributeSyntaxContext target, CancellationToken cancellation)
    {
        ParsedLayout declaration = LayoutParser.Parse((INamedTypeSymbol)target.TargetSymbol, target.Attributes[0], cancellation);
        return (declaration.Layout, declaration.Placeholder);
    }
}
