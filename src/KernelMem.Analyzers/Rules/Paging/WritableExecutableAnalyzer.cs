using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Constants;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Paging;

/// <summary>KM4001: a constant of a rights enum that allows writing and executing, where it is used.</summary>
/// <remarks>
/// A name for the combination (an enum member, a <c>const</c>) is no use of it: what uses the name is reported. Nor is a mask: an operand
/// of <c>&amp;</c> or of a comparison, a pattern, a case, or the argument of <c>HasFlag</c>.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WritableExecutableAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.WritableAndExecutable];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.GrantsWrite is null || kernel.Symbols.GrantsExecute is null)
            return;

        var grants = new EnumGrants(kernel.Symbols);
        context.RegisterOperationAction(
            operation => Visit(operation, grants),
            OperationKind.FieldReference,
            OperationKind.LocalReference,
            OperationKind.Binary,
            OperationKind.Unary,
            OperationKind.Conversion,
            OperationKind.Conditional);
    }

    private static void Visit(OperationAnalysisContext context, EnumGrants grants)
    {
        IOperation operation = context.Operation;
        if (GrantsBoth(operation, grants) && !IsInsideGrant(operation, grants) && !IsNameOrMask(operation))
        {
            context.Report(Diagnostic.Create(
                RuleDescriptors.WritableAndExecutable, operation.Syntax.GetLocation(), SymbolNames.Of(operation.Type)));
        }
    }

    private static bool GrantsBoth(IOperation operation, EnumGrants grants)
        => operation.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } type && Numbers.Of(operation.ConstantValue) is { } value && grants.AreBothIn(type, value);

    /// <summary>Only the whole of a constant expression is reported.</summary>
    private static bool IsInsideGrant(IOperation operation, EnumGrants grants)
    {
        for (IOperation? level = operation.Parent; level is not null && level.ConstantValue.HasValue; level = level.Parent)
        {
            if (GrantsBoth(level, grants))
                return true;
        }

        return false;
    }

    private static bool IsNameOrMask(IOperation operation)
    {
        IOperation? user = operation.Parent;
        while (user is IConversionOperation or IParenthesizedOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation })
        {
            user = user.Parent;
        }

        return user switch
        {
            IBinaryOperation { OperatorKind: not (BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr) } => true,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.And } => true,
            IPatternOperation or ICaseClauseOperation => true,
            IArgumentOperation { ArgumentKind: ArgumentKind.DefaultValue } => true,
            IArgumentOperation { Parameter.ContainingSymbol: IMethodSymbol { Name: nameof(System.Enum.HasFlag), ContainingType.SpecialType: SpecialType.System_Enum } } => true,
            IFieldInitializerOperation initializer => initializer.InitializedFields.All(static field => field.IsConst),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol.IsConst,
            INameOfOperation => true,
            _ => false,
        };
    }
}
