using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Meta;

/// <summary>KM0002: code is trusted, and nothing says why.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TrustAnalyzer : KernelAnalyzer
{
    /// <summary>The name of the argument.</summary>
    internal const string Justification = "Justification";

    /// <summary>What stands for a reason that is still to be written: no reason.</summary>
    internal const string Pending = "<Pending>";

    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.TrustWithoutReason];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        // By syntax: lambdas and local functions can be marked, and are members of nothing.
        if (kernel.Symbols.TrustedNoAlloc is { } trust && Mentions.Any(context.Compilation, Mention.NoAlloc, context.CancellationToken))
            context.RegisterSyntaxNodeAction(node => Look(node, trust), SyntaxKind.Attribute);
    }

    private static void Look(SyntaxNodeAnalysisContext context, INamedTypeSymbol trust)
    {
        var mark = (AttributeSyntax)context.Node;
        ITypeSymbol? type = context.SemanticModel.GetTypeInfo(mark, context.CancellationToken).Type;
        if (SymbolEqualityComparer.Default.Equals(type, trust) && !IsJustified(mark, context))
            context.Report(Diagnostic.Create(RuleDescriptors.TrustWithoutReason, mark.GetLocation(), NameOf(mark, context)));
    }

    private static bool IsJustified(AttributeSyntax mark, SyntaxNodeAnalysisContext context)
    {
        foreach (AttributeArgumentSyntax argument in mark.ArgumentList?.Arguments ?? default)
        {
            if (argument.NameEquals is { Name.Identifier.ValueText: Justification }
                && context.SemanticModel.GetConstantValue(argument.Expression, context.CancellationToken).Value is string reason
                && !string.IsNullOrWhiteSpace(reason)
                && !string.Equals(reason.Trim(), Pending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the mark is on. A lambda goes by the member that it is in.</summary>
    private static string NameOf(AttributeSyntax mark, SyntaxNodeAnalysisContext context)
    {
        SyntaxNode? marked = mark.Parent?.Parent;
        if (marked is BaseFieldDeclarationSyntax { Declaration.Variables: { Count: > 0 } variables })
            marked = variables[0];

        ISymbol? symbol = marked is null or LambdaExpressionSyntax ? context.ContainingSymbol : context.SemanticModel.GetDeclaredSymbol(marked, context.CancellationToken);
        return symbol is null ? "?" : SymbolNames.Of(symbol);
    }
}
