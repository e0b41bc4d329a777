using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1012: a <c>foreach</c> whose enumerator is an object.</summary>
internal sealed class EnumeratorRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Enumerator;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Invocation];

    /// <summary>Only the graph has the call: the tree has a loop.</summary>
    public override bool IsCandidate(IOperation operation) => false;

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var call = (IInvocationOperation)operation;
        if (IsOfLoop(call) && call.Type is { IsValueType: false } enumerator && !IsCountedThrough(call))
            body.Add(Descriptor, call.Syntax.GetLocation(), SymbolNames.Of(enumerator));
    }

    private static bool IsOfLoop(IInvocationOperation call)
        => call is { IsImplicit: true, TargetMethod.Name: WellKnownMemberNames.GetEnumeratorMethodName or WellKnownMemberNames.GetAsyncEnumeratorMethodName }
            && call.Syntax is not InvocationExpressionSyntax { Parent: not CommonForEachStatementSyntax };

    /// <summary>The compiler goes through arrays and strings by number.</summary>
    private static bool IsCountedThrough(IInvocationOperation call)
    {
        IOperation? collection = call.Instance;
        while (collection is IConversionOperation { IsImplicit: true } conversion)
        {
            collection = conversion.Operand;
        }

        return collection?.Type is IArrayTypeSymbol or { SpecialType: SpecialType.System_String };
    }
}
