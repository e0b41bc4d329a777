using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Constants;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>KM2003: a constant that is given as an alignment, and is no power of two. <c>[Aligned(24)]</c> is such a one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PowerOfTwoAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.NoPowerOfTwo];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.PowerOfTwo is not { } mark)
            return;

        var constants = new ConstantValues(kernel.Symbols);
        ParameterInputs.Register(context, mark, Mention.PowerOfTwo, Visit);

        void Visit(Action<Diagnostic> report, IParameterSymbol parameter, IOperation value)
        {
            foreach (ConstantValue constant in constants.Reaching(value))
            {
                if (!Numbers.IsPowerOfTwo(constant.Value))
                {
                    report(Diagnostic.Create(
                        RuleDescriptors.NoPowerOfTwo, constant.Place.Syntax.GetLocation(), Numbers.Hex(constant.Value), SymbolNames.Of(parameter)));
                }
            }
        }
    }
}
