using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes;

/// <summary>What is done with a variable where it is named.</summary>
internal static class Writes
{
    /// <summary>Whether the variable may get another value there: it is a target, alone or in a tuple, or it is handed out by reference.</summary>
    public static bool IsWritten(ExpressionSyntax variable) => variable.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == variable,
        PrefixUnaryExpressionSyntax prefix => prefix.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.AddressOfExpression,
        PostfixUnaryExpressionSyntax postfix => postfix.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression,
        ArgumentSyntax { Parent: TupleExpressionSyntax tuple } => IsTarget(tuple),
        ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
        ParenthesizedExpressionSyntax outer => IsWritten(outer),
        RefExpressionSyntax => true,
        _ => false,
    };

    /// <summary>The same for a value whose members are part of it: one of them is a target, or a method may change it.</summary>
    public static bool IsChanged(ExpressionSyntax value)
        => IsWritten(value)
            || (value.Parent is MemberAccessExpressionSyntax member && member.Expression == value && (member.Parent is InvocationExpressionSyntax || IsChanged(member)))
            || (value.Parent is ElementAccessExpressionSyntax element && element.Expression == value && IsChanged(element));

    /// <summary><c>(a, (b, c)) = …</c>.</summary>
    private static bool IsTarget(TupleExpressionSyntax tuple) => tuple.Parent switch
    {
        ArgumentSyntax { Parent: TupleExpressionSyntax outer } => IsTarget(outer),
        AssignmentExpressionSyntax assignment => assignment.Left == tuple,
        _ => false,
    };
}
