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

/// <summary>Looks at what a delegate is made of.</summary>
internal static class DelegateOrigins
{
    public static DelegateCost CostOf(IDelegateCreationOperation creation, FunctionBody body, out ImmutableArray<string> captures)
    {
        captures = [];
        switch (creation.Target)
        {
            case IFlowAnonymousFunctionOperation lambda:
                captures = Captures.Of(lambda, body.Graph);
                return captures.IsEmpty ? DelegateCost.FirstUse : DelegateCost.Closure;

            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } local:
                captures = Captures.Of(local.Method, body.Graph);
                return captures.IsEmpty ? CostOfStatic(creation) : DelegateCost.Closure;

            case IMethodReferenceOperation { Instance: null, Method: { IsStatic: true } method } when !IsClosedOverFirstArgument(method, creation):
                return CostOfStatic(creation);

            default:
                return DelegateCost.Always;
        }
    }

    /// <summary>An extension method named like an instance's own: the receiver is kept in the delegate.</summary>
    private static bool IsClosedOverFirstArgument(IMethodSymbol method, IDelegateCreationOperation creation)
        => creation.Type is INamedTypeSymbol { DelegateInvokeMethod: { } signature } && method.Parameters.Length > signature.Parameters.Length;

    /// <summary>A conversion of a method group is kept since C# 11; <c>new D(M)</c> never is.</summary>
    private static DelegateCost CostOfStatic(IDelegateCreationOperation creation)
        => creation.Syntax is BaseObjectCreationExpressionSyntax
            || ((CSharpParseOptions)creation.Syntax.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp11
                ? DelegateCost.Always
                : DelegateCost.FirstUse;
}
