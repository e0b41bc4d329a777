using System;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>One way in which a program's pointer can hurt the kernel.</summary>
internal abstract class BoundaryRule
{
    /// <summary>The rule.</summary>
    public abstract DiagnosticDescriptor Descriptor { get; }

    /// <summary>Looks at one operation of a member.</summary>
    public abstract void Visit(IOperation operation, UserMemoryFlow flow, Action<Diagnostic> report);
}
