using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Constants;

/// <summary>What is passed to parameters: by calls, indexers, attributes and constructors, by operators and conversions, and by default values.</summary>
internal static class ParameterInputs
{
    private static readonly ImmutableArray<OperationKind> s_kinds =
        [OperationKind.Argument, OperationKind.Conversion, OperationKind.Binary, OperationKind.Unary, OperationKind.ParameterInitializer];

    /// <summary>Calls back for each value that is passed to a parameter of interest.</summary>
    /// <param name="context">The compilation.</param>
    /// <param name="isWanted">Whether a parameter is of interest.</param>
    /// <param name="visit">Takes the parameter and the value.</param>
    public static void Register(
        CompilationStartAnalysisContext context, Func<IParameterSymbol, bool> isWanted, Action<OperationAnalysisContext, IParameterSymbol, IOperation> visit)
        => context.RegisterOperationAction(
            operation =>
            {
                switch (operation.Operation)
                {
                    // The default value is looked at where it is declared.
                    case IArgumentOperation { ArgumentKind: not ArgumentKind.DefaultValue, Parameter: { RefKind: not RefKind.Out } parameter } argument:
                        Visit(parameter, argument.Value);
                        break;

                    case IConversionOperation { OperatorMethod: { } method } conversion:
                        Visit(method.Parameters[0], conversion.Operand);
                        break;

                    case IUnaryOperation { OperatorMethod: { } method } unary:
                        Visit(method.Parameters[0], unary.Operand);
                        break;

                    case IBinaryOperation { OperatorMethod: { Parameters.Length: 2 } method } binary:
                        Visit(method.Parameters[0], binary.LeftOperand);
                        Visit(method.Parameters[1], binary.RightOperand);
                        break;

                    case IParameterInitializerOperation { Parameter: { } parameter } initializer:
                        Visit(parameter, initializer.Value);
                        break;
                }

                void Visit(IParameterSymbol parameter, IOperation value)
                {
                    if (isWanted(parameter))
                        visit(operation, parameter, value);
                }
            },
            s_kinds);
}
