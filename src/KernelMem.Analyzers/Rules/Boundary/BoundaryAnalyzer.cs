using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>
/// The rules of the kernel/user boundary that follow pointers (KM3001, KM3002). Each rule is a file of its own; they share what is known
/// of a member's variables.
/// </summary>
/// <remarks>
/// On the tree rather than the control-flow graph: the order of statements is not asked for, and the tree has <c>?:</c> and <c>??</c> in
/// one piece. A lambda or local function is part of the member that holds it, and of its variables.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BoundaryAnalyzer : KernelAnalyzer
{
    private static readonly ImmutableArray<BoundaryRule> s_rules = [new UserDereferenceRule(), new UserToKernelPointerRule()];

    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } = [.. s_rules.Select(static rule => rule.Descriptor)];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (kernel.Symbols.UserMemory is null)
            return;

        var marks = new UserMemoryMarks(kernel.Symbols);
        context.RegisterOperationBlockAction(block => Check(block, marks));
    }

    private static void Check(OperationBlockAnalysisContext context, UserMemoryMarks marks)
    {
        // Most members have no pointers, and nothing to go wrong with.
        if (!HasPointers(context.OperationBlocks))
            return;

        ImmutableArray<IOperation> operations =
        [
            .. context.OperationBlocks.Where(static block => block is not IAttributeOperation).SelectMany(Operations.Executed),
        ];
        var flow = new UserMemoryFlow(operations, marks, context.OwningSymbol);
        foreach (IOperation operation in operations)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            foreach (BoundaryRule rule in s_rules)
            {
                rule.Visit(operation, flow, diagnostic => context.Report(diagnostic));
            }
        }
    }

    private static bool HasPointers(ImmutableArray<IOperation> blocks)
    {
        foreach (IOperation block in blocks)
        {
            foreach (IOperation operation in block.DescendantsAndSelf())
            {
                if (Operations.IsPointer(operation.Type))
                    return true;
            }
        }

        return false;
    }
}
