using System.Collections.Immutable;
using KernelMem.Analyzers.Layout;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>KM2008: a field of a hardware struct that is a reference, holds one, or may for some type argument.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ManagedFieldAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.ManagedField];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (Mentions.Any(context.Compilation, Mention.HardwareStruct, context.CancellationToken))
            context.RegisterSymbolAction(type => Visit(type, kernel.Symbols), SymbolKind.NamedType);
    }

    private static void Visit(SymbolAnalysisContext context, KnownSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!type.Has(symbols.HardwareStruct))
            return;

        foreach (IFieldSymbol field in StructLayouts.InstanceFields(type))
        {
            if (field.Type.TypeKind == TypeKind.Error)
                continue;

            if (field.RefKind != RefKind.None)
                Report(field.AssociatedSymbol ?? field, "ref " + SymbolNames.Of(field.Type));
            else if (!field.Type.IsUnmanagedType)
                Report(field.AssociatedSymbol ?? field, SymbolNames.Of(field.Type));
        }

        foreach (IEventSymbol member in StructLayouts.InstanceEvents(type))
        {
            Report(member, SymbolNames.Of(member.Type));
        }

        void Report(ISymbol member, string managed) => context.Report(Diagnostic.Create(
            RuleDescriptors.ManagedField, member.Locations[0], SymbolNames.Of(type), SymbolNames.Of(member), managed));
    }
}
