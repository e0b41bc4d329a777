using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Layout;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>KM2007: a field that is not where its specification says, or that shares bytes with another.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExpectedOffsetAnalyzer : KernelAnalyzer
{
    private const string AllowOverlap = nameof(AllowOverlap);

    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.WrongOffset];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (!Mentions.Any(context.Compilation, Mention.ExpectedOffset | Mention.HardwareStruct, context.CancellationToken))
            return;

        var layouts = new StructLayouts();
        context.RegisterSymbolAction(type => Visit(type, kernel.Symbols, layouts), SymbolKind.NamedType);
    }

    private static void Visit(SymbolAnalysisContext context, KnownSymbols symbols, StructLayouts layouts)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct || UnknownLayouts.DoesNotCompile(type))
            return;

        bool isDisjoint = type.Find(symbols.HardwareStruct) is { } mark && mark.Setting(AllowOverlap) is not true;
        foreach (IFieldSymbol field in StructLayouts.InstanceFields(type))
        {
            if (field.Find(symbols.ExpectedOffset)?.Argument() is int expected)
                CheckOffset(context, field, expected, layouts.Of(type));
        }

        if (isDisjoint && layouts.Of(type) is { } shape)
            CheckOverlaps(context, shape.Fields);
    }

    private static void CheckOffset(SymbolAnalysisContext context, IFieldSymbol field, int expected, StructShape? shape)
    {
        foreach (FieldPlace place in shape?.Fields ?? [])
        {
            if (!SymbolEqualityComparer.Default.Equals(place.Field, field))
                continue;

            if (place.Offset != expected)
                Report(context, field, $"it must be at offset {expected}, but is at {place.Offset}");

            return;
        }

        Report(context, field, $"it must be at offset {expected}, but {UnknownLayouts.OffsetText}");
    }

    /// <summary>Points at the later one of two fields.</summary>
    private static void CheckOverlaps(SymbolAnalysisContext context, ImmutableArray<FieldPlace> fields)
    {
        for (int later = 1; later < fields.Length; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                (FieldPlace one, FieldPlace other) = (fields[earlier], fields[later]);
                if (one.Offset < other.End && other.Offset < one.End)
                {
                    (long first, long last) = (Math.Max(one.Offset, other.Offset), Math.Min(one.End, other.End) - 1);
                    Report(context, other.Field, $"it shares bytes {first} to {last} with '{NameOf(one.Field)}'");
                    break;
                }
            }
        }
    }

    private static void Report(SymbolAnalysisContext context, IFieldSymbol field, string problem)
        => context.Report(Diagnostic.Create(RuleDescriptors.WrongOffset, StructHeads.Of(field), NameOf(field), problem));

    private static string NameOf(IFieldSymbol field) => SymbolNames.Of(field.AssociatedSymbol ?? field);
}
