using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1004: a value is boxed to call a method of <c>object</c>, <c>ValueType</c> or <c>Enum</c> on it, or to be the target of a delegate.</summary>
internal sealed class BoxingReceiverRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.BoxingReceiver;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Invocation, OperationKind.MethodReference];

    public override bool IsCandidate(IOperation operation) => operation is not IInvocationOperation call || IsOfRoot(call.TargetMethod.ContainingType);

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (operation is IInvocationOperation { Instance: { } instance } call && ReceiverOf(instance, body) is { } receiver && BoxesForCall(receiver, call.TargetMethod))
            Report(call, receiver, call.TargetMethod, body);
        else if (operation is IMethodReferenceOperation { Instance.Type: { IsReferenceType: false } target, Parent: IDelegateCreationOperation } reference)
            Report(reference, target, reference.Method, body);
    }

    private void Report(IOperation operation, ITypeSymbol receiver, IMethodSymbol method, FunctionBody body)
        => body.Add(Descriptor, operation.Syntax.GetLocation(), SymbolNames.Of(receiver), $"{SymbolNames.Of(method.ContainingType)}.{method.Name}");

    /// <summary>To the compiler, <c>base</c> in a struct is of the class above it.</summary>
    private static ITypeSymbol? ReceiverOf(IOperation instance, FunctionBody body)
        => instance.Syntax is BaseExpressionSyntax ? body.ContainingType : instance.Type;

    private static bool BoxesForCall(ITypeSymbol receiver, IMethodSymbol method)
    {
        if (receiver.IsReferenceType || !IsOfRoot(method.ContainingType))
            return false;

        // What a type parameter stands for may override the method, and the call is made for what it stands for. GetType cannot be overridden.
        if (receiver.TypeKind == TypeKind.TypeParameter)
            return !method.IsVirtual && !method.IsOverride;

        // Compilers know the hash code of an enum.
        return receiver.TypeKind != TypeKind.Enum || method.Name != WellKnownMemberNames.ObjectGetHashCode;
    }

    private static bool IsOfRoot(ITypeSymbol type)
        => type.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum;
}
