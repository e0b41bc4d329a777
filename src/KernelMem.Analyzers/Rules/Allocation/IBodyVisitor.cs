using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Who looks at what a <see cref="BodyWalk"/> finds.</summary>
internal interface IBodyVisitor
{
    /// <summary>Whether an operation could be one to report: a first look, which errs on the side of yes.</summary>
    bool IsCandidate(IOperation operation);

    /// <summary>A function, before what is in it.</summary>
    void VisitFunction(FunctionBody body);

    /// <summary>A local function in a function, before what is in it.</summary>
    void VisitLocalFunction(IMethodSymbol localFunction, ControlFlowGraph localGraph, FunctionBody body);

    /// <summary>An operation that can run.</summary>
    void Visit(IOperation operation, FunctionBody body);

    /// <summary>An operation that cannot run.</summary>
    void VisitUnreachable(IOperation operation, FunctionBody body);

    /// <summary>A throw that can run.</summary>
    /// <param name="exception">What is thrown; null where a <c>catch</c> throws on what it caught.</param>
    /// <param name="body">The function.</param>
    void VisitThrow(IOperation? exception, FunctionBody body);
}
