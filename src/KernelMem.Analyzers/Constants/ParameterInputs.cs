using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using KernelMem.Analyzers.Rules;
using KernelMem.Analyzers.Symbols;
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

    /// <summary>Calls back for each value that is passed to a parameter with a mark.</summary>
    /// <param name="context">Where to register.</param>
    /// <param name="mark">The mark.</param>
    /// <param name="mention">The word that a source must have in it to use the mark.</param>
    /// <param name="visit">What is called back.</param>
    public static void Register(CompilationStartAnalysisContext context, INamedTypeSymbol mark, Mention mention, Visitor visit)
    {
        MarkedAssemblies marked = new(context.Compilation, mark, Mentions.Any(context.Compilation, mention, context.CancellationToken));
        context.RegisterOperationAction(Look, s_kinds);
        context.RegisterSyntaxNodeAction(LookAtAttribute, SyntaxKind.Attribute);

        void Look(OperationAnalysisContext operation)
        {
            (Input? first, Input? second) = InputsOf(operation.Operation);
            if (first is { } input && IsWanted(input.Parameter))
                Report(operation, input);
            if (second is { } other && IsWanted(other.Parameter))
                Report(operation, other);
        }

        // Attributes have their own way, because no operation action sees those of functions inside functions.
        void Report(OperationAnalysisContext operation, Input input)
        {
            if (!IsInAttribute(input.Value))
                visit(diagnostic => operation.Report(diagnostic), input.Parameter, input.Value);
        }

        void LookAtAttribute(SyntaxNodeAnalysisContext node)
        {
            foreach (IOperation argument in ArgumentsOf((AttributeSyntax)node.Node, node.SemanticModel, node.CancellationToken))
            {
                if (InputsOf(argument).First is { } input && IsWanted(input.Parameter))
                    visit(diagnostic => node.Report(diagnostic), input.Parameter, input.Value);
            }
        }

        bool IsWanted(IParameterSymbol parameter) => marked.MayMark(parameter) && parameter.Has(mark);
    }

    /// <summary>What an operation passes, and to which parameter. Two at most: operators have no more.</summary>
    private static (Input? First, Input? Second) InputsOf(IOperation operation) => operation switch
    {
        // The default value is looked at where it is declared.
        IArgumentOperation { ArgumentKind: not ArgumentKind.DefaultValue, Parameter: { RefKind: not RefKind.Out } parameter } argument => (new(parameter, argument.Value), null),
        IConversionOperation { OperatorMethod: { } method } conversion => (new(method.Parameters[0], conversion.Operand), null),
        IUnaryOperation { OperatorMethod: { } method } unary => (new(method.Parameters[0], unary.Operand), null),
        IBinaryOperation { OperatorMethod: { Parameters.Length: 2 } method } binary => (new(method.Parameters[0], binary.LeftOperand), new(method.Parameters[1], binary.RightOperand)),
        IParameterInitializerOperation { Parameter: { } parameter } initializer => (new(parameter, initializer.Value), null),
        _ => default,
    };

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

    /// <summary>A value that is passed to a parameter.</summary>
    private readonly record struct Input(IParameterSymbol Parameter, IOperation Value);
}
