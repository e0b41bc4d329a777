using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1004: lets the struct override the method that it was boxed for; <c>GetType</c> becomes <c>typeof</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class OverrideFix : KernelCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KM1004"];

    private protected override ImmutableArray<KernelFix> Find(FixPlace place)
    {
        if (place.Nearest<InvocationExpressionSyntax>() is not { } call
            || place.Model.GetOperation(call, place.Cancellation) is not IInvocationOperation { Instance.Type: INamedTypeSymbol type, TargetMethod: { } method })
        {
            return [];
        }

        if (method.Name == nameof(GetType))
            return IsExact(type) ? [TypeOf(place, call, type)] : [];

        INamedTypeSymbol definition = type.OriginalDefinition;
        string[] members = MembersFor(method.Name, definition);
        return type.TypeKind == TypeKind.Struct && place.IsEditable(definition) && members.Length > 0
                ? [place.EditDeclarations<TypeDeclarationSyntax>($"Override '{method.Name}' in '{type.Name}'", nameof(OverrideFix) + method.Name, definition, new Addition(definition, members).To)]
                : [];
    }

    /// <summary>A null of a nullable type has no type.</summary>
    private static bool IsExact(INamedTypeSymbol type) => type.IsValueType && type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T;

    private static KernelFix TypeOf(FixPlace place, InvocationExpressionSyntax call, INamedTypeSymbol type)
        => place.Edit("Use 'typeof'", nameof(OverrideFix) + "TypeOf", editor => editor.ReplaceNode(call, editor.Generator.TypeOfExpression(editor.Generator.TypeExpression(type)).WithTriviaFrom(call)));

    /// <summary>Equals and GetHashCode go together.</summary>
    private static string[] MembersFor(string method, INamedTypeSymbol type) => method switch
    {
        nameof(ToString) => ["public override string ToString() => nameof(" + type.Name + ");"],
        nameof(Equals) or nameof(GetHashCode) =>
        [
            .. new[] { (Name: nameof(Equals), Text: EqualsOf(type)), (Name: nameof(GetHashCode), Text: HashCodeOf(type)) }
                .Where(member => !type.GetMembers(member.Name).OfType<IMethodSymbol>().Any(static existing => existing.IsOverride))
                .Select(static member => member.Text),
        ],
        _ => [],
    };

    private static string EqualsOf(INamedTypeSymbol type)
    {
        string name = type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        string[] comparisons = [.. StateOf(type).Select(static field => HasOperator(field.Type) ? $"{field.Name} == other.{field.Name}" : $"{field.Name}.Equals(other.{field.Name})")];
        return comparisons.Length == 0
            ? $"public override bool Equals(object? obj) => obj is {name};"
            : $"public override bool Equals(object? obj) => obj is {name} other && {string.Join(" && ", comparisons)};";
    }

    private static string HashCodeOf(INamedTypeSymbol type)
    {
        string hash = string.Empty;
        foreach ((string name, ITypeSymbol fieldType) in StateOf(type))
        {
            string own = fieldType is IPointerTypeSymbol or IFunctionPointerTypeSymbol ? $"(int){name}" : $"{name}.GetHashCode()";
            hash = hash switch
            {
                "" => own,
                _ when hash.Contains('+') => $"(({hash}) * 31) + {own}",
                _ => $"({hash} * 31) + {own}",
            };
        }

        return hash.Length == 0 ? "public override int GetHashCode() => 0;" : $"public override int GetHashCode() => unchecked({hash});";
    }

    /// <summary>Fields, and the properties that hold one.</summary>
    private static IEnumerable<(string Name, ITypeSymbol Type)> StateOf(INamedTypeSymbol type)
        => type.GetMembers().OfType<IFieldSymbol>()
            .Where(static field => !field.IsStatic && !field.IsConst)
            .Select(static field => (field.AssociatedSymbol?.Name ?? field.Name, field.Type));

    private static bool HasOperator(ITypeSymbol type)
        => type.TypeKind is TypeKind.Enum or TypeKind.Pointer or TypeKind.FunctionPointer
            || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_Double or SpecialType.System_IntPtr or SpecialType.System_UIntPtr
            || !type.GetMembers(WellKnownMemberNames.EqualityOperatorName).IsEmpty;

    /// <summary>Adds members to the first of a type's declarations.</summary>
    private sealed class Addition(INamedTypeSymbol type, string[] members)
    {
        public TypeDeclarationSyntax To(TypeDeclarationSyntax declaration)
            => declaration.Span == type.DeclaringSyntaxReferences[0].Span || type.DeclaringSyntaxReferences.Length == 1
                ? declaration.AddMembers([.. members.Select(static (text, index) => SyntaxFactory.ParseMemberDeclaration(text)!
                    .WithLeadingTrivia(Enumerable.Repeat(SyntaxFactory.ElasticCarriageReturnLineFeed, index == 0 ? 1 : 2))
                    .WithAdditionalAnnotations(Formatter.Annotation))])
                : declaration;
    }
}
