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
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [RuleDescriptors.ManagedField];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.HardwareStruct is not null)
            context.RegisterSymbolAction(type => Visit(type, kernel.Symbols), SymbolKind.NamedType);
    }

    private static void Visit(SymbolAnalysisContext context, KnownSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!type.Has(symbols.HardwareStruct))
            return;

        foreach (IFieldSymbol field in StructLayouts.InstanceFields(type))
        {
            bool isManaged = field.RefKind != RefKind.None || !field.Type.IsUnmanagedType;
            if (!isManaged || field.Type.TypeKind == TypeKind.Error)
                continue;

            context.ReportDiagnostic(Diagnostic.Create(
                RuleDescriptors.ManagedField,
                StructHeads.Of(field),
                SymbolNames.Of(type),
                SymbolNames.Of(field.AssociatedSymbol ?? field),
                field.RefKind == RefKind.None ? SymbolNames.Of(field.Type) : "ref " + SymbolNames.Of(field.Type)));
        }
    }
}
