using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>Who looks at what a <see cref="BodyWalk"/> finds.</summary>
internal interface IBodyVisitor
{
    /// <summary>Whether an operation could be one to report: a first look, which errs on the side of yes.</summary>
    bool IsCandidate(IOperation operation);

    /// <summary>An operation that can run, in a function that must not allocate.</summary>
    void Visit(IOperation operation, FunctionBody body);

    /// <summary>A throw that can run, in a function that must not allocate or must not throw.</summary>
    /// <param name="exception">What is thrown; null where a <c>catch</c> throws on what it caught.</param>
    /// <param name="body">The function.</param>
    void VisitThrow(IOperation? exception, FunctionBody body);
}
