using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Constants;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Paging;

/// <summary>KM4011: a constant that is given as a virtual address, and is not canonical.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CanonicalConstantAnalyzer : KernelAnalyzer
{
    private const int DefaultBits = 48;

    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.NonCanonicalConstant];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.CanonicalAddress is not { } mark)
            return;

        var constants = new ConstantValues(kernel.Symbols);
        ParameterInputs.Register(context, mark, Mention.CanonicalAddress, Visit);

        void Visit(Action<Diagnostic> report, IParameterSymbol parameter, IOperation value)
        {
            int bits = parameter.Find(mark)?.Argument() as int? ?? DefaultBits;
            foreach (ConstantValue constant in constants.Reaching(value))
            {
                if (!IsCanonical(constant.Value, bits))
                {
                    report(Diagnostic.Create(
                        RuleDescriptors.NonCanonicalConstant,
                        constant.Place.Syntax.GetLocation(),
                        Numbers.Hex(constant.Value),
                        bits,
                        SymbolNames.Of(parameter)));
                }
            }
        }
    }

    /// <summary>Whether the bits above the translated ones repeat the highest of them. No width at all means nothing.</summary>
    private static bool IsCanonical(ulong address, int bits)
    {
        if (bits is < 1 or > 63)
            return true;

        int above = 64 - bits;
        return unchecked((ulong)((long)(address << above) >> above)) == address;
    }
}
