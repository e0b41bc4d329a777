using System;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Layout;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.CodeFixes;

/// <summary>
/// What a struct holds, and code that compares and hashes it as <c>ValueType</c> does, by <c>Equals</c> of each field, without a box.
/// </summary>
internal sealed class StructState
{
    private readonly INamedTypeSymbol _type;
    private readonly ImmutableArray<(string Name, ITypeSymbol Type)> _fields;

    private StructState(INamedTypeSymbol type, ImmutableArray<(string Name, ITypeSymbol Type)> fields)
    {
        _type = type;
        _fields = fields;
    }

    /// <summary>The name that the struct has within itself.</summary>
    public string Name => Escaped(_type.Name) + (_type.Arity == 0 ? string.Empty : $"<{string.Join(", ", _type.TypeParameters.Select(static parameter => Escaped(parameter.Name)))}>");

    /// <summary>Null where a field cannot be named, lies over another, or cannot be compared without a box.</summary>
    public static StructState? Of(INamedTypeSymbol type)
    {
        if (type.IsRefLikeType || CapturedParameters.Any(type) || StructLayouts.InstanceEvents(type).Any() || type.GetAttributes().Any(HidesFields))
            return null;

        IFieldSymbol[] fields = [.. StructLayouts.InstanceFields(type)];
        return Array.TrueForAll(fields, IsComparable)
            ? new StructState(type, [.. fields.Select(static field => (Escaped(field.AssociatedSymbol?.Name ?? field.Name), field.Type))])
            : null;
    }

    public string GetHashCodeOverride => $"public override int GetHashCode() => {HashCode()};";

    public string EqualsOverride(FixPlace place)
    {
        string comparison = EqualsTo("other") is { } fields ? $"obj is {Name} other && {fields}" : $"obj is {Name}";
        return $"public override bool Equals({ObjectAt(place)} obj) => {comparison};";
    }

    /// <summary>What may be null, where the struct is declared.</summary>
    public string ObjectAt(FixPlace place)
    {
        SyntaxReference declaration = _type.DeclaringSyntaxReferences[0];
        bool isEnabled = declaration.SyntaxTree == place.Model.SyntaxTree
            ? place.Model.GetNullableContext(declaration.Span.Start).AnnotationsEnabled()
            : place.Model.Compilation.Options.NullableContextOptions.AnnotationsEnabled();
        return isEnabled ? "object?" : "object";
    }

    /// <summary>The comparison with another, as an expression; null where there is nothing to compare.</summary>
    public string? EqualsTo(string other)
        => _fields.IsEmpty ? null : string.Join(" && ", _fields.Select(field => Comparison(Own(field.Name, other), $"{other}.{field.Name}", field.Type)));

    /// <summary>The hash code, as an expression.</summary>
    private string HashCode()
    {
        string hash = string.Empty;
        foreach ((string name, ITypeSymbol type) in _fields)
        {
            string own = type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer ? $"(int){name}"
                : type.IsReferenceType ? $"({name}?.GetHashCode() ?? 0)"
                : $"{name}.GetHashCode()";
            hash = hash switch
            {
                "" => own,
                _ when hash.Contains('+') => $"(({hash}) * 31) + {own}",
                _ => $"({hash} * 31) + {own}",
            };
        }

        return hash.Length == 0 ? "0" : $"unchecked({hash})";
    }

    /// <summary>A field may have the name of the other side.</summary>
    private static string Own(string field, string other) => field == other || field == "obj" ? "this." + field : field;

    private static string Comparison(string own, string other, ITypeSymbol type)
        => HasOperator(type) ? $"{own} == {other}"
            : type.IsReferenceType ? $"object.Equals({own}, {other})"
            : $"{own}.Equals({other})";

    /// <summary>Whether == is the same as Equals: not so for floating point, where no NaN is == another.</summary>
    private static bool HasOperator(ITypeSymbol type)
        => type.TypeKind is TypeKind.Enum or TypeKind.Pointer or TypeKind.FunctionPointer or TypeKind.Array
            || type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_UInt64) or SpecialType.System_Decimal or SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_String;

    private static bool IsComparable(IFieldSymbol field)
        => field is { IsFixedSizeBuffer: false, RefKind: RefKind.None }
            && (field.AssociatedSymbol is null || field.AssociatedSymbol is IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: true } property && IsPlain(property))
            && field.Type is { TypeKind: not (TypeKind.TypeParameter or TypeKind.Dynamic) }
            && (HasOperator(field.Type) || field.Type.IsReferenceType || HasOwnEquals(field.Type));

    /// <summary>Whether the property only hands out its field.</summary>
    private static bool IsPlain(IPropertySymbol property)
        => property.DeclaringSyntaxReferences.All(static reference => reference.GetSyntax() switch
        {
            PropertyDeclarationSyntax { AccessorList: { } accessors } => accessors.Accessors.All(static accessor => accessor is { Body: null, ExpressionBody: null }),
            ParameterSyntax => true,
            _ => false,
        });

    private static bool HasOwnEquals(ITypeSymbol type)
        => type.AllInterfaces.Any(contract => contract is { Name: "IEquatable", TypeArguments.Length: 1 } && SymbolEqualityComparer.Default.Equals(contract.TypeArguments[0], type))
            && type.GetMembers(nameof(Equals)).OfType<IMethodSymbol>().Any(method => method is { DeclaredAccessibility: Accessibility.Public, IsStatic: false, Parameters.Length: 1 } && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, type));

    private static bool HidesFields(AttributeData attribute)
        => attribute.AttributeClass?.Name is "InlineArrayAttribute"
            || (attribute.AttributeClass?.Name is "StructLayoutAttribute" && attribute.ConstructorArguments.FirstOrDefault().Value is 2 or (short)2);

    private static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
