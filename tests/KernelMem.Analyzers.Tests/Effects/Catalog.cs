using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using KernelMem.Analyzers.Effects;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Tests.Effects;

/// <summary>The catalogue of a compilation with some additional files.</summary>
internal static class Catalog
{
    public static CSharpCompilation Compile(string source, params MetadataReference[] references)
        => CSharpCompilation.Create(
            "Test",
            [CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions)],
            [.. PlatformReferences.Net100, .. references],
            KernelCompilation.Options);

    public static EffectsCatalog Of(Compilation compilation, params (string Path, string Text)[] files)
        => EffectsCatalog.Of(
            compilation,
            new AnalyzerOptions([.. files.Select(static file => (AdditionalText)new MemoryText(file.Path, file.Text))]),
            CancellationToken.None);

    /// <summary>A member of a type by its documentation id.</summary>
    public static IMethodSymbol Member(Compilation compilation, string id)
    {
        ImmutableArray<ISymbol> symbols = DocumentationCommentId.GetSymbolsForDeclarationId(id, compilation);
        Assert.IsTrue(symbols.Any(static symbol => symbol is IMethodSymbol), "there is no " + id);
        return symbols.OfType<IMethodSymbol>().First();
    }

    /// <summary>All members that another assembly can call, of all assemblies that are referred to.</summary>
    public static IEnumerable<IMethodSymbol> AllMembers(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol inner && (inner is INamespaceSymbol || IsVisible(inner)))
            {
                foreach (IMethodSymbol method in AllMembers(inner))
                    yield return method;
            }
            else if (member is IMethodSymbol method && IsVisible(method))
            {
                yield return method;
            }
        }
    }

    private static bool IsVisible(ISymbol symbol)
        => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private sealed class MemoryText(string path, string text) : AdditionalText
    {
        private readonly SourceText _text = SourceText.From(text);

        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
    }
}
