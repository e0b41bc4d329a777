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

    public override bool IsCandidate(IOperation operation) => operation is IInterpolatedStringOperation || IsString(operation);

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (BuildsString(operation))
            body.Report(Descriptor, operation.Syntax.GetLocation());
    }

    private static bool BuildsString(IOperation operation) => !operation.ConstantValue.HasValue && operation switch
    {
        IBinaryOperation binary => IsConcatenation(binary) && !IsPart(binary) && !IsOneString(binary),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null } compound => IsString(compound),
        IInterpolatedStringOperation text => !IsPart(text) && !IsOneString(text),
        _ => false,
    };

    /// <summary>Of a larger string, or of what an interpolated string handler is given, which is never a string.</summary>
    private static bool IsPart(IOperation operation)
        => operation.Parent is IInterpolatedStringHandlerCreationOperation or IInterpolatedStringAdditionOperation
            || (operation.Parent is IBinaryOperation outer && IsConcatenation(outer));

    private static bool IsConcatenation(IBinaryOperation binary)
        => binary is { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null, ConstantValue.HasValue: false } && IsString(binary);

    /// <summary>A string and nothing else: the compiler takes the string itself.</summary>
    private static bool IsOneString(IInterpolatedStringOperation text)
        => text is { Parts.Length: 1, Type.SpecialType: SpecialType.System_String }
            && text.Parts[0] is IInterpolationOperation { Alignment: null, FormatString: null } hole
            && IsString(hole.Expression);

    /// <summary>A string and empty ones.</summary>
    private static bool IsOneString(IBinaryOperation joined)
        => (IsEmpty(joined.LeftOperand) && IsMade(joined.RightOperand)) || (IsEmpty(joined.RightOperand) && IsMade(joined.LeftOperand));

    /// <summary>A string that is there already, and not put together in place.</summary>
    private static bool IsMade(IOperation operand)
        => IsString(operand) && (operand.ConstantValue.HasValue || operand is not (IBinaryOperation or IInterpolatedStringOperation or IConversionOperation));

    private static bool IsEmpty(IOperation operand) => operand.ConstantValue is { HasValue: true, Value: null or "" };

    private static bool IsString(IOperation operation) => operation.Type?.SpecialType == SpecialType.System_String;
}
