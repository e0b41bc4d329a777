using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using KernelMem.Analyzers.Layout;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>
/// What is done with the objects of a class. They could as well be values where nothing is written once they are made, and they are only
/// kept in locals, handed on as parameters and results, and asked for their own members: then nobody can tell a copy from the object.
/// </summary>
internal sealed class ObjectUses
{
    private readonly INamedTypeSymbol _type;
    private readonly SemanticModel _model;
    private readonly CancellationToken _cancellation;

    private ObjectUses(INamedTypeSymbol type, SemanticModel model, CancellationToken cancellation)
    {
        _type = type;
        _model = model;
        _cancellation = cancellation;
    }

    /// <summary>Looks at the project of the class, and at those that refer to it.</summary>
    public static async Task<bool> AreOfValueAsync(INamedTypeSymbol type, Project project, CancellationToken cancellation)
    {
        if (CapturedParameters.Any(type) || type.GetMembers().OfType<IEventSymbol>().Any(static member => !member.IsStatic))
            return false;

        Solution solution = project.Solution;
        foreach (ProjectId id in solution.GetProjectDependencyGraph().GetProjectsThatTransitivelyDependOnThisProject(project.Id).Prepend(project.Id))
        {
            foreach (Document document in solution.GetProject(id)!.Documents)
            {
                if (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model
                    || await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root
                    || !new ObjectUses(type, model, cancellation).AreOfValue(root))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool AreOfValue(SyntaxNode root) => root.DescendantNodes().OfType<ExpressionSyntax>().All(node => node switch
    {
        SimpleNameSyntax { IsVar: true } => true,
        SimpleNameSyntax name when SymbolOf(name) is { } symbol && IsMention(symbol) => IsPlaceOfType(name),
        SimpleNameSyntax name when IsOfAllObjects(name) => false,
        SimpleNameSyntax name when IsStateOf(SymbolOf(name)) && IsWrittenAt(name) => IsMaking(name),
        _ when IsObject(node) && !IsMemberName(node) => IsPlaceOfValue(node),
        _ => true,
    });

    /// <summary>A method that the class has from <c>object</c>, called without a receiver.</summary>
    private bool IsOfAllObjects(SimpleNameSyntax name)
        => !IsMemberName(name)
            && SymbolOf(name) is IMethodSymbol { IsStatic: false, ContainingType.SpecialType: SpecialType.System_Object }
            && Is(_model.GetEnclosingSymbol(name.SpanStart, _cancellation)?.ContainingType);

    private ISymbol? SymbolOf(SyntaxNode node) => _model.GetSymbolInfo(node, _cancellation).Symbol;

    private bool Is(ISymbol? type) => type is not null && SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, _type);

    private bool IsObject(ExpressionSyntax expression) => Is(_model.GetTypeInfo(expression, _cancellation).Type);

    /// <summary>A name that stands for the class. In an attribute or a <c>new</c>, the name may be that of its constructor.</summary>
    private bool IsMention(ISymbol symbol) => symbol is INamedTypeSymbol ? Is(symbol) : symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } && Is(symbol.ContainingType);

    /// <summary>Whether what is declared there is a local, a parameter or a result; or whether it is made, or a static member used.</summary>
    private static bool IsPlaceOfType(SimpleNameSyntax name)
    {
        SyntaxNode type = name;
        while (type.Parent is QualifiedNameSyntax or AliasQualifiedNameSyntax)
        {
            type = type.Parent;
        }

        return type.Parent switch
        {
            BaseObjectCreationExpressionSyntax or DeclarationExpressionSyntax => true,
            VariableDeclarationSyntax { Parent: LocalDeclarationStatementSyntax or UsingStatementSyntax or ForStatementSyntax } => true,
            ParameterSyntax { Parent.Parent: BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax } => true,
            MethodDeclarationSyntax or LocalFunctionStatementSyntax or OperatorDeclarationSyntax => true,
            MemberAccessExpressionSyntax access => access.Expression == type,
            ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } } => true,
            _ => false,
        };
    }

    /// <summary>Whether the object is kept, handed on as what it is, or asked for a member of its own class.</summary>
    private bool IsPlaceOfValue(ExpressionSyntax value)
    {
        TypeInfo type = _model.GetTypeInfo(value, _cancellation);
        return !IsDefault(value) && SymbolEqualityComparer.Default.Equals(type.Type, type.ConvertedType ?? type.Type) && value.Parent switch
        {
            MemberAccessExpressionSyntax access => IsOwnMember(access),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax or UsingStatementSyntax or ForStatementSyntax } } => true,
            ArgumentSyntax argument => IsParameterOfType(argument),
            ArrowExpressionClauseSyntax { Parent: BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax } or ReturnStatementSyntax or ExpressionStatementSyntax => true,
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } => true,
            ParenthesizedExpressionSyntax or ConditionalExpressionSyntax or SwitchExpressionArmSyntax or WithExpressionSyntax => true,
            BinaryExpressionSyntax binary => SymbolOf(binary) is IMethodSymbol { MethodKind: not MethodKind.BuiltinOperator } method && Is(method.ContainingType),
            _ => false,
        };
    }

    /// <summary>There is no null of a struct.</summary>
    private static bool IsDefault(ExpressionSyntax value) => value is DefaultExpressionSyntax or LiteralExpressionSyntax;

    /// <summary>What all objects have, such as Equals, tells one object from another; the text of a record is built as it was; a delegate to a method keeps the object.</summary>
    private bool IsOwnMember(MemberAccessExpressionSyntax access)
        => SymbolOf(access) is { } member && Is(member.ContainingType)
            && (member is not IMethodSymbol method || (access.Parent is InvocationExpressionSyntax && !(method is { IsImplicitlyDeclared: true, Name: WellKnownMemberNames.ObjectToString })));

    private bool IsParameterOfType(ArgumentSyntax argument)
        => _model.GetOperation(argument, _cancellation) is IArgumentOperation { ArgumentKind: ArgumentKind.Explicit, Parameter.OriginalDefinition.Type: { } type } && Is(type);

    private bool IsStateOf(ISymbol? member)
        => member is IFieldSymbol { IsStatic: false } or IPropertySymbol { IsStatic: false } && Is(member.ContainingType);

    /// <summary>Whether the state of an object changes there: the member gets a value, or something in it may.</summary>
    private bool IsWrittenAt(SimpleNameSyntax name)
    {
        ExpressionSyntax access = name.Parent is MemberAccessExpressionSyntax member && member.Name == name ? member : name;
        return _model.GetTypeInfo(access, _cancellation).Type is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None, IsReadOnly: false } ? Writes.IsChanged(access) : Writes.IsWritten(access);
    }

    /// <summary>Whether the object is just being made: in its initializer, or in its constructor.</summary>
    private bool IsMaking(SimpleNameSyntax name)
        => name.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ObjectInitializerExpression or (int)SyntaxKind.WithInitializerExpression } } made
            ? made.Left == name
            : name.Parent is not MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax }
                && Functions.Around(name) is ConstructorDeclarationSyntax constructor
                && Is(_model.GetDeclaredSymbol(constructor, _cancellation)?.ContainingType);

    /// <summary>The name of a member, or what a method is called by: the whole is looked at.</summary>
    private static bool IsMemberName(ExpressionSyntax node) => node.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name == node,
        NameColonSyntax or NameEqualsSyntax or QualifiedNameSyntax or AliasQualifiedNameSyntax => true,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left == node,
        _ => node is TypeSyntax and not NameSyntax,
    };
}
