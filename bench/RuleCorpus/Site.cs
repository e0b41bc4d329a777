using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RuleCorpus;

/// <summary>Where in the source an instruction comes from, by the symbols of the compiled code.</summary>
/// <param name="Tree">The source.</param>
/// <param name="Span">The statement or the part of one.</param>
/// <param name="Members">The spans of the members that it is in: a constructor has the values of fields in it, too.</param>
/// <param name="IsExact">Whether the instruction is of that statement; otherwise it is hidden, and only the member is sure.</param>
internal sealed record Site(SyntaxTree Tree, TextSpan Span, IReadOnlyList<TextSpan> Members, bool IsExact)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public static Site? Of(IlAllocation allocation, IReadOnlyDictionary<string, SyntaxTree> trees)
    {
        if (allocation.Kind == IlKind.StateMachine)
            return OfStateMachine(allocation, trees);

        SequencePoint? last = null;
        SequencePoint? visible = null;
        foreach (SequencePoint point in allocation.Method.DebugInformation.SequencePoints)
        {
            if (point.Offset > allocation.Instruction.Offset)
                break;

            last = point;
            visible = point.IsHidden ? visible : point;
        }

        visible ??= allocation.Method.DebugInformation.SequencePoints.FirstOrDefault(static point => !point.IsHidden);
        return visible is null || Of(visible, isExact: last == visible, trees) is not { } site ? null
            : allocation.Kind is not IlKind.Closure ? site
            : site with { Members = MembersOf(allocation.Method, site.Tree) };
    }

    /// <summary>Whether a diagnostic may be about an allocation here.</summary>
    public bool IsTouchedBy(Diagnostic diagnostic, IlKind kind)
        => diagnostic.Location.SourceTree == Tree
            && (IsExact && kind is not (IlKind.Closure or IlKind.StateMachine) ? [Span] : Members).Any(span => span.IntersectsWith(diagnostic.Location.SourceSpan));

    /// <summary>Whether it is the body of a member that had to lose its own.</summary>
    public bool IsBlank => Tree.GetText().ToString(Span).TrimEnd(';') == "throw null";

    /// <summary>Whether the source calls the method itself.</summary>
    public bool Calls(string method)
        => Regex.IsMatch(Tree.GetText().ToString(Span), $@"\b{Regex.Escape(method)}\s*[(<]", RegexOptions.None, s_patience);

    public override string ToString()
    {
        FileLinePositionSpan line = Tree.GetLineSpan(Span);
        string text = Regex.Replace(Tree.GetText().ToString(Span), @"\s+", " ", RegexOptions.None, s_patience);
        return $"{Tree.FilePath}({line.StartLinePosition.Line + 1}): {(text.Length > 160 ? text[..160] + "…" : text)}";
    }

    private static Site? Of(SequencePoint point, bool isExact, IReadOnlyDictionary<string, SyntaxTree> trees)
    {
        if (!trees.TryGetValue(point.Document.Url, out SyntaxTree? tree))
            return null;

        TextSpan span = SpanOf(point, tree);
        return new Site(tree, span, [MemberOf(tree, span)], isExact);
    }

    private static TextSpan SpanOf(SequencePoint point, SyntaxTree tree)
    {
        SourceText text = tree.GetText();
        return TextSpan.FromBounds(
            text.Lines[point.StartLine - 1].Start + point.StartColumn - 1,
            text.Lines[point.EndLine - 1].Start + point.EndColumn - 1);
    }

    /// <summary>What captured variables are moved into is made before anything else: also before the values of fields.</summary>
    private static TextSpan[] MembersOf(MethodDefinition method, SyntaxTree tree)
        => [.. method.DebugInformation.SequencePoints.Where(point => !point.IsHidden && point.Document.Url == tree.FilePath).Select(point => MemberOf(tree, SpanOf(point, tree))).Distinct()];

    private static TextSpan MemberOf(SyntaxTree tree, TextSpan span)
        => tree.GetRoot().FindNode(span).AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault()?.Span ?? span;

    /// <summary>The function that makes a state machine has no code of its own: the source is in the machine.</summary>
    private static Site? OfStateMachine(IlAllocation allocation, IReadOnlyDictionary<string, SyntaxTree> trees)
    {
        TypeReference? machine = allocation.Instruction.Operand switch
        {
            GenericInstanceMethod { Name: "Start" } start => start.GenericArguments[0],
            MethodReference constructor => constructor.DeclaringType,
            _ => null,
        };
        MethodDefinition? code = machine is null ? null : IlMarks.Resolve(machine)?.Methods.FirstOrDefault(static method => method.Name == "MoveNext");
        SequencePoint? first = code?.DebugInformation.SequencePoints.FirstOrDefault(static point => !point.IsHidden);
        return first is null ? null : Of(first, isExact: true, trees);
    }
}
