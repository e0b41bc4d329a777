using System.Collections.Immutable;
using System.Globalization;
using KernelMem.Analyzers.Layout;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>KM2006: a struct that is not as large as its specification says, or whose size nothing fixes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExpectedSizeAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.WrongSize];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (!Mentions.Any(context.Compilation, Mention.ExpectedSize, context.CancellationToken))
            return;

        var layouts = new StructLayouts();
        context.RegisterSymbolAction(type => Visit(type, kernel.Symbols, layouts), SymbolKind.NamedType);
    }

    private static void Visit(SymbolAnalysisContext context, KnownSymbols symbols, StructLayouts layouts)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.Find(symbols.ExpectedSize) is not { } mark || mark.Argument() is not int expected || UnknownLayouts.DoesNotCompile(type))
            return;

        StructShape? shape = layouts.Of(type);
        if (shape?.Size == expected)
            return;

        context.Report(Diagnostic.Create(
            RuleDescriptors.WrongSize,
            StructHeads.Of(mark, type, context.CancellationToken),
            SymbolNames.Of(type),
            expected,
            shape?.Size.ToString(CultureInfo.InvariantCulture) ?? UnknownLayouts.SizeText));
    }
}
