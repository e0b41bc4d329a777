using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes.Trials;

/// <summary>Which methods a file calls, in the order of its text. Another type of an argument can lead a call to another method, silently.</summary>
internal static class Calls
{
    /// <summary>Whether all calls of a file are still there, and of the same methods.</summary>
    public static bool AreKept(SemanticModel old, SemanticModel current, CancellationToken cancellation)
        => Sequences.IsWithin(In(old, cancellation), In(current, cancellation));

    private static List<string> In(SemanticModel model, CancellationToken cancellation)
    {
        var calls = new List<string>();
        foreach (SyntaxNode node in model.SyntaxTree.GetRoot(cancellation).DescendantNodes())
        {
            if (IsCall(node) && model.GetSymbolInfo(node, cancellation).Symbol is IMethodSymbol { MethodKind: not MethodKind.BuiltinOperator } method)
                calls.Add(NameOf(method));
        }

        return calls;
    }

    private static bool IsCall(SyntaxNode node)
        => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax or BinaryExpressionSyntax or AssignmentExpressionSyntax;

    /// <summary>A name that stays the same where the signature changes: its number among those of its name.</summary>
    private static string NameOf(IMethodSymbol called)
    {
        IMethodSymbol method = (called.ReducedFrom ?? called).OriginalDefinition;
        if (method.MethodKind == MethodKind.LocalFunction || method.ContainingType is null)
            return method.Name;

        if (method.DeclaringSyntaxReferences.IsEmpty)
            return method.GetDocumentationCommentId() ?? method.Name;

        int number = method.ContainingType.GetMembers(method.Name).IndexOf(method);
        return $"{method.ContainingType.ToDisplayString()}.{method.Name}:{number.ToString(CultureInfo.InvariantCulture)}";
    }
}
