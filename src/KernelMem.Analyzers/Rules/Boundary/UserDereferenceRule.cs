using System;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>KM3001: a pointer to user memory is followed, or called.</summary>
internal sealed class UserDereferenceRule : BoundaryRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.UserDereference;

    public override void Visit(IOperation operation, UserMemoryFlow flow, Action<Diagnostic> report)
    {
        IOperation? pointer = operation is IFunctionPointerInvocationOperation call ? call.Target : Operations.DereferencedPointer(operation);
        if (pointer is not null && flow.OriginOf(pointer) is { } origin && !Operations.IsPlaceOnly(operation))
            report(Diagnostic.Create(Descriptor, Whole(operation.Syntax).GetLocation(), SymbolNames.Of(origin)));
    }

    /// <summary>Of <c>p-&gt;f</c>, the tree names the left only.</summary>
    private static SyntaxNode Whole(SyntaxNode syntax)
    {
        SyntaxNode left = syntax;
        while (left.Parent is ParenthesizedExpressionSyntax parentheses)
        {
            left = parentheses;
        }

        bool isFollowed = left.Parent is MemberAccessExpressionSyntax access
            && access.IsKind(SyntaxKind.PointerMemberAccessExpression)
            && access.Expression == left;
        return isFollowed ? left.Parent! : syntax;
    }
}
