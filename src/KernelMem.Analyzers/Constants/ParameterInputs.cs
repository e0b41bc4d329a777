using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using KernelMem.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Constants;

/// <summary>What is passed to parameters: by calls, indexers, attributes and constructors, by operators and conversions, and by default values.</summary>
internal static class ParameterInputs
{
    private static readonly ImmutableArray<OperationKind> s_kinds =
        [OperationKind.Argument, OperationKind.Conversion, OperationKind.Binary, OperationKind.Unary, OperationKind.ParameterInitializer];

    /// <summary>Takes a parameter of interest and a value that is passed to it.</summary>
    public delegate void Visitor(Action<Diagnostic> report, IParameterSymbol parameter, IOperation value);

    /// <summary>Calls back for each value that is passed to a parameter of interest.</summary>
    public static void Register(CompilationStartAnalysisContext context, Func<IParameterSymbol, bool> isWanted, Visitor visit)
    {
        context.RegisterOperationAction(
            operation => Visit(operation.Operation, isWanted, OutsideAttributes, diagnostic => operation.Report(diagnostic)),
            s_kinds);
        context.RegisterSyntaxNodeAction(
            node =>
            {
                foreach (IOperation argument in ArgumentsOf((AttributeSyntax)node.Node, node.SemanticModel, node.CancellationToken))
                {
                    Visit(argument, isWanted, visit, diagnostic => node.Report(diagnostic));
                }
            },
            SyntaxKind.Attribute);

        // Attributes have their own way, because no operation action sees those of functions inside functions.
        void OutsideAttributes(Action<Diagnostic> report, IParameterSymbol parameter, IOperation value)
        {
            if (!IsInAttribute(value))
                visit(report, parameter, value);
        }
    }

    private static void Visit(IOperation operation, Func<IParameterSymbol, bool> isWanted, Visitor visit, Action<Diagnostic> report)
    {
        switch (operation)
        {
            // The default value is looked at where it is declared.
            case IArgumentOperation { ArgumentKind: not ArgumentKind.DefaultValue, Parameter: { RefKind: not RefKind.Out } parameter } argument:
                VisitInput(parameter, argument.Value);
                break;

            case IConversionOperation { OperatorMethod: { } method } conversion:
                VisitInput(method.Parameters[0], conversion.Operand);
                break;

            case IUnaryOperation { OperatorMethod: { } method } unary:
                VisitInput(method.Parameters[0], unary.Operand);
                break;

            case IBinaryOperation { OperatorMethod: { Parameters.Length: 2 } method } binary:
                VisitInput(method.Parameters[0], binary.LeftOperand);
                VisitInput(method.Parameters[1], binary.RightOperand);
                break;

            case IParameterInitializerOperation { Parameter: { } parameter } initializer:
                VisitInput(parameter, initializer.Value);
                break;
        }

        void VisitInput(IParameterSymbol parameter, IOperation value)
        {
            if (isWanted(parameter))
                visit(report, parameter, value);
        }
    }

    private static ImmutableArray<IOperation> ArgumentsOf(AttributeSyntax attribute, SemanticModel model, CancellationToken cancellation)
        => attribute.ArgumentList is { Arguments.Count: > 0 } && model.GetOperation(attribute, cancellation) is { } operation
            ? [.. operation.Descendants().Where(static inner => inner is IArgumentOperation)]
            : [];

    private static bool IsInAttribute(IOperation operation)
    {
        for (IOperation? level = operation; level is not null; level = level.Parent)
        {
            if (level is IAttributeOperation)
                return true;
        }

        return false;
    }
}
