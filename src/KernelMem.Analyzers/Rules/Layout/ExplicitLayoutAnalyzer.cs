using System.Collections.Immutable;
using System.Runtime.InteropServices;
using KernelMem.Analyzers.Layout;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>KM2005: a hardware struct whose layout is left to the compiler or the runtime.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExplicitLayoutAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.ImplicitLayout];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (Mentions.Any(context.Compilation, Mention.HardwareStruct, context.CancellationToken))
            context.RegisterSymbolAction(type => Visit(type, kernel.Symbols), SymbolKind.NamedType);
    }

    private static void Visit(SymbolAnalysisContext context, KnownSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.Find(symbols.HardwareStruct) is not { } mark || type.Has(symbols.BitLayout))
            return;

        LayoutDeclaration declaration = LayoutDeclarations.Of(type);
        if (declaration is { IsStated: true, Kind: not LayoutKind.Auto })
            return;

        context.Report(Diagnostic.Create(
            RuleDescriptors.ImplicitLayout,
            StructHeads.Of(mark, type, context.CancellationToken),
            SymbolNames.Of(type),
            declaration.IsStated ? "leaves its layout to the runtime" : "does not state its layout"));
    }
}
