using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>What a string is put together from, as the compiler sees it: it joins constants itself and leaves out what is empty.</summary>
internal static class StringParts
{
    public static bool IsString(IOperation operation) => operation.Type?.SpecialType == SpecialType.System_String;

    public static bool IsConcatenation(IBinaryOperation binary) => binary is { OperatorKind: BinaryOperatorKind.Add, OperatorMethod: null } && IsString(binary);

    /// <summary>Whether an interpolated string of the type is no string.</summary>
    public static bool IsFormattable(ITypeSymbol type) => type is { Name: "FormattableString" or "IFormattable", ContainingNamespace.Name: "System" };

    /// <summary>Whether nothing is left of it.</summary>
    public static bool AreEmpty(IOperation text) => Of(text).All(static part => part.ConstantValue is { HasValue: true, Value: null or "" });

    /// <summary>Whether one string is left, that is there already, or constants only.</summary>
    public static bool AreOneString(IOperation text)
    {
        IOperation[] parts = [.. Of(text).Where(static part => part.ConstantValue is not { HasValue: true, Value: null or "" })];
        return parts.All(static part => part.ConstantValue is { HasValue: true, Value: string or char }) || (parts.Length == 1 && IsString(parts[0]) && parts[0] is not IInterpolatedStringOperation);
    }

    private static IEnumerable<IOperation> Of(IOperation text) => text switch
    {
        { ConstantValue.HasValue: true } => [text],
        IBinaryOperation binary when IsConcatenation(binary) => [.. Of(binary.LeftOperand), .. Of(binary.RightOperand)],
        IInterpolatedStringOperation interpolated when interpolated.Parts.All(IsText) => interpolated.Parts.SelectMany(OfPart),
        IConversionOperation { OperatorMethod: null } conversion => Of(conversion.Operand),
        _ => [text],
    };

    /// <summary>Whether the compiler joins the part as a string, and formats nothing.</summary>
    private static bool IsText(IInterpolatedStringContentOperation part)
        => part is IInterpolatedStringTextOperation
            || (part is IInterpolationOperation { Alignment: null, FormatString: null, Expression: { Type.SpecialType: SpecialType.System_String } text }
                && text is not IConversionOperation { IsImplicit: true, Operand.Type: null });

    private static IEnumerable<IOperation> OfPart(IInterpolatedStringContentOperation part) => part switch
    {
        IInterpolatedStringTextOperation text => [text.Text],
        IInterpolationOperation hole => Of(hole.Expression),
        _ => [part],
    };
}
