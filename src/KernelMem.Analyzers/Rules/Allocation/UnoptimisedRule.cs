using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// KM1023: what allocates only where the code is not optimised: a box that is made to be tested or opened again, and constants of more
/// than a byte that are seen as a span.
/// </summary>
internal sealed class UnoptimisedRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Unoptimised;

    public override ImmutableArray<OperationKind> Kinds { get; } =
    [
        OperationKind.IsNull, OperationKind.IsType, OperationKind.ConstantPattern, OperationKind.TypePattern, OperationKind.DeclarationPattern,
        OperationKind.RecursivePattern, OperationKind.RelationalPattern, OperationKind.BinaryPattern,
    ];

    public override bool IsCandidate(IOperation operation) => Tested(operation) is not null;

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (Tested(operation) is { } type)
            AddTest(body, operation, type);
    }

    /// <summary>A box that is made to be tested or opened.</summary>
    public static void AddTest(FunctionBody body, IOperation test, ITypeSymbol type)
        => body.Add(RuleDescriptors.Unoptimised, test.Syntax.GetLocation(), $"boxes '{SymbolNames.Of(type)}' to test it");

    /// <summary>Constants that are seen as a span.</summary>
    public static void AddData(FunctionBody body, IOperation data, ITypeSymbol? span)
        => body.Add(RuleDescriptors.Unoptimised, data.Syntax.GetLocation(), $"looks up constants seen as '{SymbolNames.Of(span)}'");

    private static ITypeSymbol? Tested(IOperation operation) => operation switch
    {
        IIsNullOperation test => PatternBoxes.MayBeValue(test.Operand.Type),
        IIsTypeOperation { ValueOperand.Type: { } tested } test when !BoxFacts.BoxesToAsk(tested, test.TypeOperand) => PatternBoxes.IfTested(tested, test.TypeOperand),
        IPatternOperation pattern => PatternBoxes.TestedIn(pattern),
        _ => null,
    };
}
