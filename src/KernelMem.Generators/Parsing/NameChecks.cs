using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.Generators.Parsing;

/// <summary>The names that the generated code takes are free.</summary>
internal static class NameChecks
{
    public static void Check(INamedTypeSymbol type, LayoutModel layout, List<LayoutError> errors)
    {
        // Of one name, a layout generates overloads that differ in the number of parameters; anything else meets itself.
        var taken = new Dictionary<string, int>(StringComparer.Ordinal) { [type.Name] = MemberNames.NotMethod };
        foreach ((string, int) member in MemberNames.OfLayout(layout))
        {
            Take(type, member, taken, type, errors);
        }

        foreach (FieldModel field in layout.Fields)
        {
            ISymbol property = type.OwnMembers(field.Name).First();
            foreach ((string, int) member in MemberNames.OfField(field))
            {
                Take(type, member, taken, property, errors);
            }
        }

        CheckFlags(type, layout, errors);
    }

    /// <summary>Takes a name on behalf of the layout or of one of its fields.</summary>
    private static void Take(
        INamedTypeSymbol type, (string Name, int Parameters) member, Dictionary<string, int> taken, ISymbol owner, List<LayoutError> errors)
    {
        ISymbol? existing = type.OwnMembers(member.Name).FirstOrDefault(existing => Collides(existing, member.Parameters));
        bool isTaken = taken.TryGetValue(member.Name, out int before) && (before < 0 || member.Parameters < 0 || before == member.Parameters);
        if (existing is not null || isTaken)
            errors.Add(LayoutErrors.NameCollision(type.Name, DisplayName(member.Name), Locations.Of(existing ?? owner)));

        taken[member.Name] = member.Parameters;
    }

    /// <summary>The enum beside the layout, and its members.</summary>
    private static void CheckFlags(INamedTypeSymbol type, LayoutModel layout, List<LayoutError> errors)
    {
        if (layout.FlagsMask == 0)
            return;

        ISymbol? existing = (type.ContainingSymbol as INamespaceOrTypeSymbol)?
            .GetMembers(layout.FlagsName)
            .FirstOrDefault(member => GeneratedHalf.IsOwn(member) && member is not INamedTypeSymbol { Arity: > 0 });
        if (existing is not null || type.ContainingType?.Name == layout.FlagsName)
            errors.Add(LayoutErrors.NameCollision(type.ContainingSymbol.Name, layout.FlagsName, Locations.Of(existing ?? type)));

        foreach (FieldModel flag in layout.Flags.Where(flag => flag.Name is "None" or WellKnownMemberNames.EnumBackingFieldName))
        {
            errors.Add(LayoutErrors.NameCollision(layout.FlagsName, flag.Name, Locations.Of(type.OwnMembers(flag.Name).First())));
        }
    }

    /// <summary>Methods may overload generated ones, with another number of parameters.</summary>
    private static bool Collides(ISymbol member, int parameters)
        => !member.IsImplicitlyDeclared
            && !IsPrimaryConstructor(member)
            && (member is not IMethodSymbol method || parameters == MemberNames.NotMethod || method.Parameters.Length == parameters);

    /// <summary>A primary constructor is an error of its own: it holds state.</summary>
    private static bool IsPrimaryConstructor(ISymbol member)
        => member is IMethodSymbol { MethodKind: MethodKind.Constructor }
            && member.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is TypeDeclarationSyntax);

    private static string DisplayName(string name) => name switch
    {
        WellKnownMemberNames.InstanceConstructorName => "constructor",
        WellKnownMemberNames.EqualityOperatorName => "==",
        WellKnownMemberNames.InequalityOperatorName => "!=",
        _ => name,
    };
}
