using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Symbols;

/// <summary>Symbols as messages name them.</summary>
internal static class SymbolNames
{
    /// <summary>Without nullable marks: they depend on settings, and a rule's message does not.</summary>
    private static readonly SymbolDisplayFormat s_plain =
        SymbolDisplayFormat.MinimallyQualifiedFormat.RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>A type as its user writes it: <c>int</c>, <c>List&lt;int&gt;</c>.</summary>
    public static string Of(ITypeSymbol? type) => type?.ToDisplayString(s_plain) ?? "?";

    /// <summary>A member with its type: <c>string.Concat</c>, <c>List&lt;int&gt;.Add</c>. A function inside a member goes by itself.</summary>
    public static string Qualified(IMethodSymbol member) => member switch
    {
        { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } or { ContainingType: null } => Of(member),
        { MethodKind: MethodKind.Constructor } => $"new {Of(member.ContainingType)}",
        _ => $"{Of(member.ContainingType)}.{Of(member)}",
    };

    /// <summary>A member: a function inside one goes by the member's name, an accessor by its property's, a constructor by its type's.</summary>
    public static string Of(ISymbol symbol) => symbol switch
    {
        ITypeSymbol type => Of(type),
        IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } => Of(symbol.ContainingSymbol),
        IMethodSymbol { AssociatedSymbol: { } owner } => Of(owner),
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } => symbol.ContainingType.Name,
        IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat),
        IPropertySymbol { IsIndexer: true } => "this[]",
        _ => symbol.Name,
    };
}
