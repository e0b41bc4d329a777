using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Constants;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Layout;

/// <summary>KM2002: a constant that is given to something aligned, and is no multiple of its alignment.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MisalignedConstantAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.MisalignedConstant];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.Aligned is not { } mark)
            return;

        bool isMentioned = Mentions.Any(context.Compilation, Mention.Aligned, context.CancellationToken);
        var rule = new Rule(new AlignmentDemands(kernel.Symbols), new ConstantValues(kernel.Symbols), new MarkedAssemblies(context.Compilation, mark, isMentioned));
        ParameterInputs.Register(context, mark, Mention.Aligned, rule.Check);
        context.RegisterOperationAction(
            rule.VisitStore,
            OperationKind.SimpleAssignment,
            OperationKind.CoalesceAssignment,
            OperationKind.FieldInitializer,
            OperationKind.PropertyInitializer);
        if (isMentioned)
            context.RegisterOperationAction(rule.VisitReturn, OperationKind.Return);
    }

    private sealed class Rule(AlignmentDemands demands, ConstantValues constants, MarkedAssemblies marked)
    {
        public void VisitStore(OperationAnalysisContext context)
        {
            switch (context.Operation)
            {
                case IAssignmentOperation assignment when StoredTo(assignment.Target) is { } target && marked.MayMark(target):
                    CheckStore(context, target, assignment.Value);
                    break;

                case IFieldInitializerOperation initializer:
                    foreach (IFieldSymbol field in initializer.InitializedFields)
                    {
                        if (marked.MayMark(field))
                            CheckStore(context, field, initializer.Value);
                    }

                    break;

                case IPropertyInitializerOperation initializer:
                    foreach (IPropertySymbol property in initializer.InitializedProperties)
                    {
                        if (marked.MayMark(property))
                            CheckStore(context, property, initializer.Value);
                    }

                    break;
            }
        }

        public void VisitReturn(OperationAnalysisContext context)
        {
            var operation = (IReturnOperation)context.Operation;
            if (operation.ReturnedValue is { } value && (operation.InnerFunction() ?? context.ContainingSymbol) is IMethodSymbol method && demands.OfReturn(method) is { } alignment)
                Report(diagnostic => context.Report(diagnostic), value, alignment, method);
        }

        private void CheckStore(OperationAnalysisContext context, ISymbol target, IOperation value) => Check(diagnostic => context.Report(diagnostic), target, value);

        public void Check(Action<Diagnostic> report, ISymbol target, IOperation value)
        {
            if (demands.Of(target) is { } alignment)
                Report(report, value, alignment, target);
        }

        private void Report(Action<Diagnostic> report, IOperation value, ulong alignment, ISymbol target)
        {
            foreach (ConstantValue constant in constants.Reaching(value))
            {
                if (constant.Value % alignment != 0)
                {
                    report(Diagnostic.Create(
                        RuleDescriptors.MisalignedConstant,
                        constant.Place.Syntax.GetLocation(),
                        Numbers.Hex(constant.Value),
                        Numbers.Hex(alignment),
                        SymbolNames.Of(target)));
                }
            }
        }

        private static ISymbol? StoredTo(IOperation target) => target switch
        {
            IFieldReferenceOperation field => field.Field,
            IPropertyReferenceOperation property => property.Property,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => null,
        };
    }
}
