using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>When a delegate is allocated.</summary>
internal enum DelegateCost
{
    /// <summary>Each time the code runs.</summary>
    Always,

    /// <summary>Each time, with an object for what it captures, as early as that is declared.</summary>
    Closure,

    /// <summary>When the code runs first; the compiler keeps it in a static field.</summary>
    FirstUse,
}

/// <summary>What a delegate is made of.</summary>
/// <param name="Cost">When it is allocated.</param>
/// <param name="Captures">What it takes from around it, by name.</param>
internal readonly record struct DelegateOrigin(DelegateCost Cost, ImmutableArray<string> Captures)
{
    /// <param name="creation">Where the delegate is made.</param>
    /// <param name="graph">The graph that has the operation.</param>
    /// <param name="function">The function whose graph it is.</param>
    public static DelegateOrigin Of(IDelegateCreationOperation creation, ControlFlowGraph graph, ISymbol function) => creation.Target switch
    {
        IFlowAnonymousFunctionOperation lambda => Of(CaptureSearch.Of(lambda, graph), RunsOnce(function) ? DelegateCost.Always : DelegateCost.FirstUse),
        IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } local } => Of(CaptureSearch.Of(local, graph), local.IsStatic ? CostOfStatic(creation, function) : DelegateCost.Always),
        IMethodReferenceOperation { Instance: null, Method: { IsStatic: true } method } when !IsClosedOverFirstArgument(method, creation) => Of([], CostOfStatic(creation, function)),
        _ => new DelegateOrigin(DelegateCost.Always, []),
    };

    private static DelegateOrigin Of(ImmutableArray<string> captures, DelegateCost costWithoutAny)
        => new(captures.IsEmpty ? costWithoutAny : DelegateCost.Closure, captures);

    /// <summary>An extension method named like an instance's own: the receiver is kept in the delegate.</summary>
    private static bool IsClosedOverFirstArgument(IMethodSymbol method, IDelegateCreationOperation creation)
        => creation.Type is INamedTypeSymbol { DelegateInvokeMethod: { } signature } && method.Parameters.Length > signature.Parameters.Length;

    /// <summary>A conversion of a static method is kept since C# 11; <c>new D(M)</c> never is, nor a local function that is not marked static.</summary>
    private static DelegateCost CostOfStatic(IDelegateCreationOperation creation, ISymbol function)
        => creation.Syntax is BaseObjectCreationExpressionSyntax
            || RunsOnce(Outermost(function))
            || ((CSharpParseOptions)creation.Syntax.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp11
                ? DelegateCost.Always
                : DelegateCost.FirstUse;

    /// <summary>The compiler keeps nothing for code that runs once: a static constructor, or the value of a static field or property.</summary>
    private static bool RunsOnce(ISymbol function) => function is IMethodSymbol { MethodKind: MethodKind.StaticConstructor } or IFieldSymbol { IsStatic: true } or IPropertySymbol { IsStatic: true };

    private static ISymbol Outermost(ISymbol function)
    {
        while (function.ContainingSymbol is IMethodSymbol or IFieldSymbol or IPropertySymbol)
        {
            function = function.ContainingSymbol;
        }

        return function;
    }
}
