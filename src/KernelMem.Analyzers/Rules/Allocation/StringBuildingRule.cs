using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1008: a string that is put together at run time.</summary>
internal sealed class StringBuildingRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.StringBuilding;

    public override ImmutableArray<OperationKind> Kinds { get; } =
        [OperationKind.Binary, OperationKind.CompoundAssignment, OperationKind.InterpolatedString];

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (BuildsString(operation))
            body.Report(Descriptor, operation.Syntax.GetLocation());
    }

    private static bool BuildsString(IOperation operation) => !operation.ConstantValue.HasValue && operation switch
    {
        IBinaryOperation binary => IsConcatenation(binary) && !(binary.Parent is IBinaryOperation outer && IsConcatenation(outer)),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } compound => compound.Type?.SpecialType == SpecialType.System_String,

        // What an interpolated string handler is given is never a string.
        IInterpolatedStringOperation text => text.Parent is not (IInterpolatedStringHandlerCreationOperation or IInterpolatedStringAdditionOperation)
            && !(text.Parent is IBinaryOperation outer && IsConcatenation(outer)),
        _ => false,
    };

    private static bool IsConcatenation(IBinaryOperation binary)
        => binary is { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null, Type.SpecialType: SpecialType.System_String, ConstantValue.HasValue: false };
}
