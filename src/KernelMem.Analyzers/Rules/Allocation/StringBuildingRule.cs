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

    public override bool IsCandidate(IOperation operation) => operation is IInterpolatedStringOperation || StringParts.IsString(operation);

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (BuildsString(operation))
            body.Add(Descriptor, operation.Syntax.GetLocation());
    }

    private static bool BuildsString(IOperation operation) => operation switch
    {
        // A string that is to be formatted later is an object with its parts, constant or not.
        IInterpolatedStringOperation { Parent: IConversionOperation { Type: { SpecialType: not SpecialType.System_String } type } } when StringParts.IsFormattable(type) => true,
        { ConstantValue.HasValue: true } => false,
        IBinaryOperation binary => StringParts.IsConcatenation(binary) && !IsPart(binary) && !StringParts.AreOneString(binary),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null } compound => StringParts.IsString(compound) && !StringParts.AreEmpty(compound.Value),
        IInterpolatedStringOperation text => !IsPart(text) && !StringParts.AreOneString(text),
        _ => false,
    };

    /// <summary>Of a larger string, or of what an interpolated string handler is given, which is never a string.</summary>
    private static bool IsPart(IOperation operation)
        => operation.Parent is IInterpolatedStringHandlerCreationOperation or IInterpolatedStringAdditionOperation
            || (operation.Parent is IBinaryOperation outer && StringParts.IsConcatenation(outer) && !outer.ConstantValue.HasValue);
}
