extern alias Inference;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using Inference::KernelMem.Effects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using MethodDefinition = Mono.Cecil.MethodDefinition;

namespace RuleCorpus.Calls;

/// <summary>
/// Names functions so that the source's and the compiled one have the same name: members as documentation comments do, local functions and
/// lambdas by their place.
/// </summary>
internal sealed class FunctionNames : IDisposable
{
    private readonly MetadataReaderProvider _provider;
    private readonly MetadataReader _symbols;
    private readonly Dictionary<string, SyntaxTree> _trees;

    /// <param name="symbols">The symbols of the compiled code.</param>
    /// <param name="trees">The sources.</param>
    public FunctionNames(Stream symbols, IEnumerable<SyntaxTree> trees)
    {
        _provider = MetadataReaderProvider.FromPortablePdbStream(symbols);
        _symbols = _provider.GetMetadataReader();
        _trees = trees.GroupBy(static tree => tree.FilePath).ToDictionary(static tree => tree.Key, static tree => tree.First(), StringComparer.Ordinal);
    }

    public static string? Of(IMethodSymbol method)
        => method.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction
            ? method.DeclaringSyntaxReferences is [{ } place] ? Name(place.SyntaxTree, place.Span) : null
            : method.GetDocumentationCommentId();

    /// <summary>Null for what is in the compiled code only.</summary>
    public string? Of(MethodDefinition method)
    {
        if (method.Name.Contains(">g__", StringComparison.Ordinal) || method.Name.Contains(">b__", StringComparison.Ordinal))
            return FunctionAt(method);
        return method.Name.StartsWith('<') && !method.Name.StartsWith("<Main>$", StringComparison.Ordinal) ? null : DocumentationIds.Of(method);
    }

    public void Dispose() => _provider.Dispose();

    private static string Name(SyntaxTree tree, TextSpan span) => $"{tree.FilePath}{span}";

    private string? FunctionAt(MethodDefinition method)
    {
        MethodDebugInformation information = _symbols.GetMethodDebugInformation(System.Reflection.Metadata.Ecma335.MetadataTokens.MethodDebugInformationHandle((int)method.MetadataToken.RID));
        foreach (System.Reflection.Metadata.SequencePoint point in information.GetSequencePoints())
        {
            if (point.IsHidden || !_trees.TryGetValue(_symbols.GetString(_symbols.GetDocument(point.Document).Name), out SyntaxTree? tree))
                continue;

            SourceText text = tree.GetText();
            TextSpan span = TextSpan.FromBounds(text.Lines[point.StartLine - 1].Start + point.StartColumn - 1, text.Lines[point.EndLine - 1].Start + point.EndColumn - 1);
            return tree.GetRoot().FindNode(span).AncestorsAndSelf()
                .FirstOrDefault(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax && node.Span != span) is { } function
                    ? Name(tree, function.Span)
                    : null;
        }

        return null;
    }
}
