using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Meta;

/// <summary>KM0005: a mark that allows what a contract, or a second mark, forbids.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContradictionAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.ContradictingMark];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (!Mentions.Any(context.Compilation, Mention.MayAlloc, context.CancellationToken))
            return;

        context.RegisterSymbolAction(
            symbol => Look(symbol, kernel.Symbols),
            SymbolKind.NamedType,
            SymbolKind.Method,
            SymbolKind.Property,
            SymbolKind.Event);
    }

    private static void Look(SymbolAnalysisContext context, KnownSymbols symbols)
    {
        ISymbol member = context.Symbol;
        if (member.Find(symbols.MayAlloc) is not { ApplicationSyntaxReference: { } reference })
            return;

        if (Forbids(member, symbols) is { } why)
            context.Report(Diagnostic.Create(RuleDescriptors.ContradictingMark, reference.GetSyntax(context.CancellationToken).GetLocation(), SymbolNames.Of(member), why));
    }

    private static string? Forbids(ISymbol member, KnownSymbols symbols)
    {
        if (member.Has(symbols.NoAlloc))
            return "it is marked [NoAlloc] as well";

        foreach (ISymbol contract in Contracts.Of(member))
        {
            if (IsForbidden(contract, symbols) is { } isForbidden)
                return isForbidden ? $"'{SymbolNames.Of(contract.ContainingType)}.{SymbolNames.Of(contract)}' is marked [NoAlloc]" : null;
        }

        return null;
    }

    /// <summary>What the nearest mark of a contract says: its own, its property's, its type's. Null: nothing.</summary>
    private static bool? IsForbidden(ISymbol contract, KnownSymbols symbols)
        => Mark(contract, symbols) ?? Mark((contract as IMethodSymbol)?.AssociatedSymbol, symbols) ?? Mark(contract.ContainingType, symbols);

    private static bool? Mark(ISymbol? symbol, KnownSymbols symbols)
        => symbol is null ? null
            : symbol.Has(symbols.NoAlloc) ? true
            : symbol.Has(symbols.MayAlloc) || symbol.Has(symbols.TrustedNoAlloc) ? false
            : null;
}
