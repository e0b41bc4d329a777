using System;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>
/// KM1024: members that the compiler wrote for a record, or a comparer, need an object, because a struct has none of its own: the text of a
/// record is a new string, and a struct without <c>IEquatable</c> is boxed to be compared.
/// </summary>
internal sealed class EqualityRule : AllocationRule
{
    private const string Comparer = "System.Collections.Generic.EqualityComparer<T>";

    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Equality;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Invocation, OperationKind.Binary, OperationKind.PropertyReference];

    public override bool IsCandidate(IOperation operation) => operation switch
    {
        IBinaryOperation binary => binary.OperatorMethod is { IsImplicitlyDeclared: true },
        IPropertyReferenceOperation property => property.Property is { IsStatic: true, Name: "Default" },
        IInvocationOperation call => call.TargetMethod is { IsImplicitlyDeclared: true, ContainingType.IsRecord: true },
        _ => true,
    };

    public override void Visit(IOperation operation, FunctionBody body)
    {
        if (operation is IInvocationOperation { TargetMethod: { IsImplicitlyDeclared: true, Name: WellKnownMemberNames.ObjectToString, ContainingType.IsRecord: true } method } && IsKnown(method))
            body.Add(RuleDescriptors.Equality, operation.Syntax.GetLocation(), $"builds a string in the ToString that '{SymbolNames.Of(method.ContainingType)}' has from the compiler");
        else if (BoxedBy(operation) is { } boxed)
            body.Add(RuleDescriptors.Equality, operation.Syntax.GetLocation(), $"boxes '{SymbolNames.Of(boxed)}', which is no IEquatable of itself, to compare it");
    }

    /// <summary>Whether the rule tells of a call of a member, where that is: it need not be told as a call.</summary>
    public static bool Tells(IMethodSymbol member)
        => member is { IsImplicitlyDeclared: true, ContainingType: { IsRecord: true } record }
            && (string.Equals(member.Name, WellKnownMemberNames.ObjectToString, StringComparison.Ordinal) || BoxedField(record) is not null);

    /// <summary>The struct that is boxed to be compared; null where none is.</summary>
    internal static ITypeSymbol? BoxedBy(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { IsImplicitlyDeclared: true, Name: WellKnownMemberNames.ObjectEquals or WellKnownMemberNames.ObjectGetHashCode, ContainingType: { IsRecord: true } record } method } => IsKnown(method) ? BoxedField(record) : null,
        IBinaryOperation { OperatorMethod: { IsImplicitlyDeclared: true, ContainingType: { IsRecord: true } record } } => BoxedField(record),
        IPropertyReferenceOperation { Property: { IsStatic: true, Name: "Default", ContainingType: { } comparer } } when IsComparer(comparer) && LacksEquality(comparer.TypeArguments[0]) => comparer.TypeArguments[0],
        _ => null,
    };

    /// <summary>Whether no class that derives from the record has another.</summary>
    private static bool IsKnown(IMethodSymbol method) => method is { ContainingType.IsValueType: true } or { IsVirtual: false, IsOverride: false };

    /// <summary>The type of a field that a record's equality boxes; null where there is none. A field that is a record may have one in turn.</summary>
    private static ITypeSymbol? BoxedField(INamedTypeSymbol record)
        => SourceOrder.Of(record.GetMembers()).OfType<IFieldSymbol>().Where(static field => !field.IsStatic).Select(static field => Boxed(field.Type)).FirstOrDefault(static type => type is not null);

    private static ITypeSymbol? Boxed(ITypeSymbol type)
        => LacksEquality(type) ? type
            : type is INamedTypeSymbol { IsRecord: true, IsValueType: true } inner && HasWrittenEquality(inner) ? BoxedField(inner)
            : null;

    private static bool HasWrittenEquality(INamedTypeSymbol record)
        => record.GetMembers(WellKnownMemberNames.ObjectEquals).Any(static member => member is IMethodSymbol { IsImplicitlyDeclared: true, IsOverride: false });

    private static bool IsComparer(INamedTypeSymbol type) => string.Equals(type.OriginalDefinition.ToDisplayString(), Comparer, StringComparison.Ordinal);

    /// <summary>A struct, which a comparer can only compare as an object. Enums are known to it.</summary>
    private static bool LacksEquality(ITypeSymbol type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Struct, OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T } value
            && !value.AllInterfaces.Any(contract => contract is { Name: "IEquatable", TypeArguments.Length: 1 } && SymbolEqualityComparer.Default.Equals(contract.TypeArguments[0], value));
}
