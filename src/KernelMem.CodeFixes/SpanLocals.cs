using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes;

/// <summary>Local variables that could as well be spans, of memory on the stack.</summary>
internal static class SpanLocals
{
    /// <summary>The declaration of the variable, where it declares no other, all uses are those of a span, and nothing hides how long the memory is referred to.</summary>
    public static VariableDeclarationSyntax? DeclarationOf(VariableDeclaratorSyntax variable, FixPlace place)
        => variable.Parent is VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } } declaration
            && Functions.Around(variable) is { } function
            && IsSafe(function, place)
            && place.Model.GetDeclaredSymbol(variable, place.Cancellation) is ILocalSymbol local
            && place.UsesOf(local, function).All(name => Spans.IsSpanUse(name, place) && Functions.Around(name) == function)
                ? declaration
                : null;

    /// <summary>Whether the compiler sees, in that function, how long memory on the stack is referred to: there are neither addresses of data nor their like.</summary>
    public static bool IsSafe(SyntaxNode function, FixPlace place)
        => !Functions.IsSuspended(function)
            && !function.DescendantNodes().Any(node => node is FixedStatementSyntax or IdentifierNameSyntax { Identifier.ValueText: "MemoryMarshal" or "Unsafe" }
                || (node is PrefixUnaryExpressionSyntax { OperatorToken.Text: "&" } address && place.Model.GetSymbolInfo(address.Operand, place.Cancellation).Symbol is not IMethodSymbol));
}
