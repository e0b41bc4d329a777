using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1004: lets the struct override the method that it was boxed for, with the same result; <c>GetType</c> becomes <c>typeof</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class OverrideFix() : KernelCodeFix("KM1004")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<InvocationExpressionSyntax>() is not { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: not BaseExpressionSyntax } } call
            || place.Model.GetOperation(call, place.Cancellation) is not IInvocationOperation { Instance: { Type: INamedTypeSymbol type } receiver, TargetMethod: { } method })
        {
            return [];
        }

        if (method.Name == nameof(GetType))
            return IsExact(type) && (call.Expression is IdentifierNameSyntax || Purity.HasNoEffect(((MemberAccessExpressionSyntax)call.Expression).Expression, place)) ? [TypeOf(place, call, type)] : [];

        INamedTypeSymbol definition = type.OriginalDefinition;
        string[] members = type.TypeKind == TypeKind.Struct && place.IsEditable(definition) ? [.. MembersFor(method.Name, definition, place)] : [];
        return members.Length > 0
            ? [place.EditFirstDeclaration<TypeDeclarationSyntax>($"Override '{method.Name}' in '{type.Name}'", nameof(OverrideFix) + method.Name, definition, declaration => NewMembers.AddedTo(declaration, members))]
            : [];
    }

    /// <summary>A null of a nullable type has no type.</summary>
    private static bool IsExact(INamedTypeSymbol type) => type.IsValueType && type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T;

    private static KernelFix TypeOf(FixPlace place, InvocationExpressionSyntax call, INamedTypeSymbol type)
        => place.Edit("Use 'typeof'", nameof(OverrideFix) + "TypeOf", editor => editor.ReplaceNode(call, editor.Generator.TypeOfExpression(editor.Generator.TypeExpression(type)).WithTriviaFrom(call)));

    private static IEnumerable<string> MembersFor(string method, INamedTypeSymbol type, FixPlace place)
    {
        if (Overrides(type, method))
            yield break;

        if (method == nameof(ToString) && TextOf(type) is { } text)
            yield return $"public override string ToString() => {text};";

        if (method is not (nameof(Equals) or nameof(GetHashCode)) || StructState.Of(type) is not { } state)
            yield break;

        // They go together.
        if (!Overrides(type, nameof(Equals)))
            yield return state.EqualsOverride(place);

        if (!Overrides(type, nameof(GetHashCode)))
            yield return state.GetHashCodeOverride;
    }

    /// <summary>The text that a struct has: its full name. That of a generic one is put together when it runs.</summary>
    private static string? TextOf(INamedTypeSymbol type)
    {
        var names = new Stack<string>();
        for (INamedTypeSymbol? level = type; level is not null; level = level.ContainingType)
        {
            if (level.IsGenericType)
                return null;

            names.Push(level.Name);
        }

        string name = string.Join("+", names);
        return !type.ContainingNamespace.IsGlobalNamespace ? $"\"{type.ContainingNamespace.ToDisplayString(s_plain)}.{name}\""
            : names.Count == 1 ? $"nameof({name})"
            : $"\"{name}\"";
    }

    private static readonly SymbolDisplayFormat s_plain = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    private static bool Overrides(INamedTypeSymbol type, string method) => type.GetMembers(method).OfType<IMethodSymbol>().Any(static existing => existing.IsOverride);
}
