using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Constants;

/// <summary>Variables that keep the value they are declared with.</summary>
internal static class SingleAssignments
{
    /// <summary>
    /// The value that a variable has wherever it is read, or null when it may have another: of a local that is never written after its
    /// declaration, and of a static readonly field that is declared in the same file, in a type without a static constructor.
    /// </summary>
    public static IOperation? ValueOf(IOperation reference) => reference switch
    {
        ILocalReferenceOperation local => ValueOf(local),
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } field } => ValueOf(field, reference.SemanticModel),
        _ => null,
    };

    private static IOperation? ValueOf(ILocalReferenceOperation reference)
    {
        ILocalSymbol local = reference.Local;
        if (local.IsRef || local.IsForEach)
            return null;

        IOperation? value = null;
        foreach (IOperation operation in reference.Root().Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && Is(declarator.Symbol, local))
                value = declarator.GetVariableInitializer()?.Value;
            else if (operation is ILocalReferenceOperation other && Is(other.Local, local) && MayWrite(other))
                return null;
        }

        // A variable that is declared by its own initializer would lead back here.
        return value?.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(inner => Is(inner.Local, local)) == true ? null : value;
    }

    private static IOperation? ValueOf(IFieldSymbol field, SemanticModel? model)
    {
        if (model is null || field.DeclaringSyntaxReferences.Length != 1 || HasStaticConstructor(field.ContainingType))
            return null;

        return field.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value } && value.SyntaxTree == model.SyntaxTree
                ? model.GetOperation(value)
                : null;
    }

    private static bool HasStaticConstructor(INamedTypeSymbol type) => type.StaticConstructors.Any(static constructor => !constructor.IsImplicitlyDeclared);

    /// <summary>Whether the reference is not a plain read: a target, a reference or an address.</summary>
    private static bool MayWrite(ILocalReferenceOperation reference) => reference.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == reference || assignment is ISimpleAssignmentOperation { IsRef: true },
        IIncrementOrDecrementOperation or IAddressOfOperation or ITupleOperation => true,
        IArgumentOperation argument => argument.Parameter is not { RefKind: RefKind.None or RefKind.In },
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol.IsRef,
        _ => false,
    };

    private static bool Is(ISymbol one, ISymbol other) => SymbolEqualityComparer.Default.Equals(one, other);
}
