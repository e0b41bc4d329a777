using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Paging;

/// <summary>KM4009: bit operations on the word of a layout, or on what becomes one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RawBitsAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.RawBits];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.BitLayout is not { } bitLayout)
            return;

        context.RegisterOperationAction(
            operation => Visit(operation, bitLayout), OperationKind.Binary, OperationKind.Unary, OperationKind.CompoundAssignment);
    }

    private static void Visit(OperationAnalysisContext context, INamedTypeSymbol bitLayout)
    {
        IOperation operation = context.Operation;
        if (!IsBitOperation(operation) || operation.ConstantValue.HasValue || IsBitOperation(User(operation)))
            return;

        if ((WordIn(operation, bitLayout) ?? LayoutMadeOf(operation, bitLayout)) is { } layout && !IsInside(context.ContainingSymbol, layout))
            context.Report(Diagnostic.Create(RuleDescriptors.RawBits, operation.Syntax.GetLocation(), SymbolNames.Of(layout)));
    }

    /// <summary>The layout whose word is a part of the operation, or null.</summary>
    private static INamedTypeSymbol? WordIn(IOperation operation, INamedTypeSymbol bitLayout) => operation switch
    {
        IConversionOperation { OperatorMethod: null } conversion => WordIn(conversion.Operand, bitLayout),
        IParenthesizedOperation inner => WordIn(inner.Operand, bitLayout),
        IUnaryOperation unary when IsBitOperation(unary) => WordIn(unary.Operand, bitLayout),

        // How far a number is shifted is no word, whatever it comes from.
        IBinaryOperation binary when IsBitOperation(binary) => WordIn(binary.LeftOperand, bitLayout) ?? (IsShift(binary.OperatorKind) ? null : WordIn(binary.RightOperand, bitLayout)),
        ICompoundAssignmentOperation compound => WordIn(compound.Target, bitLayout) ?? (IsShift(compound.OperatorKind) ? null : WordIn(compound.Value, bitLayout)),
        IPropertyReferenceOperation { Property: { Name: LayoutMembers.Value, IsStatic: false, ContainingType: { } type } } when type.Has(bitLayout) => type,
        _ => null,
    };

    /// <summary>The layout that is made of what the operation gives, or null.</summary>
    private static INamedTypeSymbol? LayoutMadeOf(IOperation operation, INamedTypeSymbol bitLayout)
        => User(operation) is IArgumentOperation { Parameter.ContainingSymbol: IMethodSymbol { IsStatic: true } method }
            && LayoutMembers.MakesLayout(method)
            && method.ContainingType.Has(bitLayout)
                ? method.ContainingType
                : null;

    /// <summary>What an operation is a part of, conversions apart.</summary>
    private static IOperation? User(IOperation operation)
    {
        IOperation? user = operation.Parent;
        while (user is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            user = user.Parent;
        }

        return user;
    }

    private static bool IsBitOperation(IOperation? operation) => operation switch
    {
        IBinaryOperation binary => binary.OperatorMethod is null && IsInteger(binary.Type) && IsBitOperator(binary.OperatorKind),
        ICompoundAssignmentOperation compound => compound.OperatorMethod is null && IsInteger(compound.Type) && IsBitOperator(compound.OperatorKind),
        IUnaryOperation unary => unary is { OperatorMethod: null, OperatorKind: UnaryOperatorKind.BitwiseNegation } && IsInteger(unary.Type),
        _ => false,
    };

    private static bool IsBitOperator(BinaryOperatorKind kind)
        => kind is BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr || IsShift(kind);

    private static bool IsShift(BinaryOperatorKind kind)
        => kind is BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift;

    private static bool IsInteger(ITypeSymbol? type)
        => type?.SpecialType is (>= SpecialType.System_SByte and <= SpecialType.System_UInt64) or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>A layout may do with its own word what it likes; so may the types inside it.</summary>
    private static bool IsInside(ISymbol member, INamedTypeSymbol layout)
    {
        for (INamedTypeSymbol? type = member as INamedTypeSymbol ?? member.ContainingType; type is not null; type = type.ContainingType)
        {
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, layout.OriginalDefinition))
                return true;
        }

        return false;
    }

    /// <summary>The members that the generator writes into every layout.</summary>
    private static class LayoutMembers
    {
        public const string Value = "Value";

        public static bool MakesLayout(IMethodSymbol method)
            => string.Equals(method.Name, "FromRaw", StringComparison.Ordinal)
                || string.Equals(method.Name, "Create", StringComparison.Ordinal)
                || string.Equals(method.Name, "TryCreate", StringComparison.Ordinal);
    }
}
