using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Ownership;

/// <summary>KM5004: a value that must be used is dropped, by a statement that is only a call or by a discard that nothing allows.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MustUseAnalyzer : KernelAnalyzer
{
    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [RuleDescriptors.MustUse];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.MustUse is null)
            return;

        var rule = new Rule(new MustUseMarks(kernel.Symbols));
        context.RegisterOperationAction(rule.VisitStatement, OperationKind.ExpressionStatement);
        context.RegisterOperationAction(rule.VisitDiscard, OperationKind.Discard);
    }

    private sealed class Rule(MustUseMarks marks)
    {
        /// <summary>
        /// Parts of a <c>for</c>, and bodies that are only an expression, are statements too.
        /// </summary>
        public void VisitStatement(OperationAnalysisContext context)
        {
            IOperation value = ((IExpressionStatementOperation)context.Operation).Operation;
            while (value is IConditionalAccessOperation access)
            {
                value = access.WhenNotNull;
            }

            if (ReasonFor(value) is { } reason)
                Report(context, value, NameOf(value), reason);
        }

        /// <summary>A discard is how to ignore a value on purpose, unless the value is an obligation.</summary>
        public void VisitDiscard(OperationAnalysisContext context)
        {
            if (marks.ObligationOf(context.Operation.Type) is not { } reason)
                return;

            IOperation dropped = context.Operation.Parent is ISimpleAssignmentOperation assignment ? assignment.Value : context.Operation;
            Report(context, dropped, NameOf(dropped), reason);
        }

        private string? ReasonFor(IOperation value) => value switch
        {
            IInvocationOperation call => marks.ReasonFor(call.TargetMethod),
            IObjectCreationOperation creation => marks.ReasonFor(creation.Type),
            IFunctionPointerInvocationOperation call => marks.ReasonFor(call.Type),

            // The mark of an awaited method speaks of what the wait gives.
            IAwaitOperation wait => marks.ReasonFor(wait.Type) ?? (wait.Operation is IInvocationOperation call ? marks.ReasonFor(call.TargetMethod) : null),
            _ => null,
        };

        private static string NameOf(IOperation value) => value switch
        {
            IInvocationOperation { TargetMethod: { MethodKind: not MethodKind.DelegateInvoke } method } => SymbolNames.Of(method),
            IAwaitOperation wait => NameOf(wait.Operation),
            IConversionOperation conversion => NameOf(conversion.Operand),
            _ => SymbolNames.Of(value.Type),
        };

        private static void Report(OperationAnalysisContext context, IOperation value, string name, string reason)
            => context.Report(Diagnostic.Create(RuleDescriptors.MustUse, value.Syntax.GetLocation(), name, reason));
    }
}
