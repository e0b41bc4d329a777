using System;
using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1016: a <c>with</c> on a record class, which copies the object. (On an anonymous type, it is KM1001.)</summary>
internal sealed class CopyRule : AllocationRule
{
    private const string Clone = "<Clone>$";

    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Copy;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Invocation];

    /// <summary>Only the graph has the call: the tree has a <c>with</c>.</summary>
    public override bool IsCandidate(IOperation operation) => false;

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (operation is IInvocationOperation { Syntax: WithExpressionSyntax } call && string.Equals(call.TargetMethod.Name, Clone, StringComparison.Ordinal))
            body.Add(Descriptor, call.Syntax.GetLocation(), SymbolNames.Of(call.Instance?.Type ?? call.Type));
    }
}
