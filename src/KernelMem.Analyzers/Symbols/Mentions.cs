using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Analyzers.Symbols;

/// <summary>
/// Which marks the sources of a compilation could use: those whose name stands anywhere in them. It is a look at the text, so that rules
/// about marks that nobody uses need not look at anything else. A file is looked at once, however often others are edited.
/// </summary>
internal static class Mentions
{
    private static readonly ImmutableArray<(string Word, Mention Mention)> s_words =
        [.. Enum.GetValues(typeof(Mention)).Cast<Mention>().Where(static mention => mention != Mention.None).Select(static mention => (mention.ToString(), mention))];

    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<Mention>> s_trees = new();
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<string, bool>> s_names = new();
    private static readonly ConditionalWeakTable<Compilation, StrongBox<Mention>> s_compilations = new();

    /// <summary>Whether the sources mention one of some marks.</summary>
    public static bool Any(Compilation compilation, Mention marks, CancellationToken cancellation)
    {
        if (!s_compilations.TryGetValue(compilation, out StrongBox<Mention>? found))
        {
            Mention all = Mention.None;
            foreach (SyntaxTree tree in compilation.SyntaxTrees)
            {
                all |= In(tree, cancellation);
            }

            found = s_compilations.GetValue(compilation, _ => new StrongBox<Mention>(all));
        }

        return (found.Value & marks) != Mention.None;
    }

    /// <summary>Whether the sources have a name in them.</summary>
    public static bool AnyOf(Compilation compilation, string name, CancellationToken cancellation)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            if (Has(tree, name, cancellation))
                return true;
        }

        return false;
    }

    /// <summary>Whether a file has a name in it.</summary>
    public static bool Has(SyntaxTree tree, string name, CancellationToken cancellation)
        => s_names.GetOrCreateValue(tree).GetOrAdd(name, word => Find(tree, word, cancellation));

    private static bool Find(SyntaxTree tree, string name, CancellationToken cancellation)
    {
        string text = tree.GetText(cancellation).ToString();
        return text.IndexOf(name, StringComparison.Ordinal) >= 0 || (HasEscapes(text) && EscapedNames(tree, cancellation).Any(escaped => string.Equals(escaped, name, StringComparison.Ordinal)));
    }

    private static Mention In(SyntaxTree tree, CancellationToken cancellation)
    {
        if (!s_trees.TryGetValue(tree, out StrongBox<Mention>? found))
        {
            Mention mentioned = Find(tree, cancellation);
            found = s_trees.GetValue(tree, _ => new StrongBox<Mention>(mentioned));
        }

        return found.Value;
    }

    private static Mention Find(SyntaxTree tree, CancellationToken cancellation)
    {
        string text = tree.GetText(cancellation).ToString();
        Mention found = In(text);
        return HasEscapes(text) ? EscapedNames(tree, cancellation).Aggregate(found, static (all, name) => all | In(name)) : found;
    }

    private static bool HasEscapes(string text) => text.IndexOf(@"\u", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>A name may be written with escapes.</summary>
    private static IEnumerable<string> EscapedNames(SyntaxTree tree, CancellationToken cancellation)
        => tree.GetRoot(cancellation).DescendantTokens()
            .Where(static token => token.IsKind(SyntaxKind.IdentifierToken) && token.Text.IndexOf('\\') >= 0)
            .Select(static token => token.ValueText);

    private static Mention In(string text)
    {
        Mention found = Mention.None;
        foreach ((string word, Mention mention) in s_words)
        {
            if (text.IndexOf(word, StringComparison.Ordinal) >= 0)
                found |= mention;
        }

        return found;
    }
}
