using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Calls that the compiler leaves out: of methods marked <c>[Conditional("SYMBOL")]</c>, and of partial ones that nobody implements.</summary>
internal static class ConditionalCalls
{
    private const string Attribute = "System.Diagnostics.ConditionalAttribute";

    /// <summary>Whether the compiler leaves the call out: none of the method's symbols is defined where it is called, or the method has no body.</summary>
    public static bool IsOmitted(IInvocationOperation call)
    {
        if (call.TargetMethod is { IsPartialDefinition: true, PartialImplementationPart: null })
            return true;

        bool isConditional = false;
        foreach (AttributeData attribute in call.TargetMethod.GetAttributes())
        {
            if (!IsConditional(attribute.AttributeClass))
                continue;

            isConditional = true;
            if (IsDefined(attribute.ConstructorArguments.FirstOrDefault().Value as string ?? string.Empty, call.Syntax.SyntaxTree))
                return false;
        }

        return isConditional;
    }

    /// <summary>By the short name first: every call is asked, and hardly any is one.</summary>
    private static bool IsConditional(INamedTypeSymbol? attribute)
        => attribute is { Name: nameof(System.Diagnostics.ConditionalAttribute) } && string.Equals(attribute.ToDisplayString(), Attribute, StringComparison.Ordinal);

    private static bool IsDefined(string symbol, SyntaxTree tree)
    {
        bool defined = tree.Options.PreprocessorSymbolNames.Contains(symbol, StringComparer.Ordinal);

        // #define and #undef stand at the head of a file.
        foreach (SyntaxTrivia trivia in tree.GetRoot().GetLeadingTrivia())
        {
            if (trivia.GetStructure() is DefineDirectiveTriviaSyntax { IsActive: true } define && string.Equals(define.Name.ValueText, symbol, StringComparison.Ordinal))
                defined = true;
            else if (trivia.GetStructure() is UndefDirectiveTriviaSyntax { IsActive: true } undefine && string.Equals(undefine.Name.ValueText, symbol, StringComparison.Ordinal))
                defined = false;
        }

        return defined;
    }
}
