using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>Something that a member's code stores into: a variable, a field or property, or a member of a variable.</summary>
/// <param name="Root">The variable; the field or property of <c>this</c> or of a type.</param>
/// <param name="Member">The variable's member; the empty text for the variable itself.</param>
internal readonly record struct Place(ISymbol Root, string Member)
{
    public bool Equals(Place other)
        => SymbolEqualityComparer.Default.Equals(Root, other.Root) && string.Equals(Member, other.Member, StringComparison.Ordinal);

    public override int GetHashCode()
        => (SymbolEqualityComparer.Default.GetHashCode(Root) * 31) + StringComparer.Ordinal.GetHashCode(Member);

    public static Place Of(ISymbol variable) => new(variable, string.Empty);

    /// <summary>The place that an operation names, or null.</summary>
    public static Place? Named(IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => Of(local.Local),
        IParameterReferenceOperation parameter => Of(parameter.Parameter),
        IDeclarationExpressionOperation declaration => Named(declaration.Expression),
        IFieldReferenceOperation field => OfMember(field.Instance, field.Field, (field.Field.CorrespondingTupleField ?? field.Field).Name),
        IPropertyReferenceOperation { Arguments.IsEmpty: true } property => OfMember(property.Instance, property.Property, property.Property.Name),
        _ => null,
    };

    private static Place? OfMember(IOperation? instance, ISymbol member, string name) => instance switch
    {
        null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => Of(member),
        ILocalReferenceOperation local => new(local.Local, name),
        IParameterReferenceOperation parameter => new(parameter.Parameter, name),
        _ => null,
    };
}
