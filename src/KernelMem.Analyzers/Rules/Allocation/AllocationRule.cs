using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>One way in which code allocates, or several that a user would think of as one.</summary>
internal abstract class AllocationRule
{
    /// <summary>The rule.</summary>
    public abstract DiagnosticDescriptor Descriptor { get; }

    /// <summary>The kinds of operation in which the rule is interested.</summary>
    public abstract ImmutableArray<OperationKind> Kinds { get; }

    /// <summary>Whether an operation of those kinds could be one to report: a first look, which errs on the side of yes.</summary>
    public virtual bool IsCandidate(IOperation operation) => true;

    /// <summary>Looks at one operation of those kinds in code that must not allocate.</summary>
    public abstract void Visit(IOperation operation, FunctionBody body);
}
