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
    private const int NotMethod = -1;

    /// <summary>What every layout generates. <see cref="Writing.LayoutWriter"/> writes exactly these, and four members for each field.</summary>
    private static readonly (string Name, int Parameters)[] s_ownMembers =
    [
        ("_value", NotMethod),
        (WellKnownMemberNames.InstanceConstructorName, 1),
        ("ReservedMask", NotMethod),
        ("FixedMask", NotMethod),
        ("FixedValue", NotMethod),
        ("Initial", NotMethod),
        ("Value", NotMethod),
        ("InvalidBits", NotMethod),
        ("IsValid", NotMethod),
        ("FromRaw", 1),
        ("Create", 1),
        ("TryCreate", 2),
        ("Equals", 1),
        ("GetHashCode", 0),
        (WellKnownMemberNames.EqualityOperatorName, 2),
        (WellKnownMemberNames.InequalityOperatorName, 2),
    ];

    public static void Check(INamedTypeSymbol type, List<FieldModel> fields, List<LayoutError> errors)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { type.Name };
        foreach ((string name, int parameters) in s_ownMembers.Concat(fields.SelectMany(MembersOf)))
        {
            ISymbol? existing = type.OwnMembers(name).FirstOrDefault(member => Collides(member, parameters));
            if (existing is not null || !taken.Add(name))
                errors.Add(LayoutErrors.NameCollision(type.Name, DisplayName(name), Locations.Of(existing ?? type)));
        }
    }

    private static IEnumerable<(string Name, int Parameters)> MembersOf(FieldModel field)
        => [(field.MaskName, NotMethod), (field.ShiftName, NotMethod), (field.WithName, 1)];

    /// <summary>Methods may overload generated ones, with another number of parameters.</summary>
    private static bool Collides(ISymbol member, int parameters)
        => !member.IsImplicitlyDeclared
            && !IsPrimaryConstructor(member)
            && (member is not IMethodSymbol method || parameters == NotMethod || method.Parameters.Length == parameters);

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
