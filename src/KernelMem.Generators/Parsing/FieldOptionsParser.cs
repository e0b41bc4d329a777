using System.Collections.Generic;
using System.Threading;
using KernelMem.Generators.Model;
using KernelMem.Generators.Writing;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads what a field's attribute says besides the position, and holds it against the field.</summary>
internal static class FieldOptionsParser
{
    /// <summary>Null, with an error unless the compiler has one, where it does not fit.</summary>
    public static FieldOptions? Parse(
        IPropertySymbol property, FieldPosition position, BitRange bits, FieldType type, List<LayoutError> errors, CancellationToken cancellation)
    {
        var arguments = new NamedArguments(position.Attribute);
        if (arguments.HasErrors)
            return null; // The compiler says so.

        Location? location = Locations.Of(position.Attribute, cancellation);
        AccessKind access = AccessOf(position);
        string? problem = AccessProblem(access, type);
        if (problem is not null)
        {
            errors.Add(LayoutErrors.BadAccess(property.Name, problem, location));
            return null;
        }

        ulong? defaultBits = null;
        if (arguments.Find("Default") is { } declared)
            problem = DefaultParser.Parse(declared, property.Type, bits, type, out defaultBits);

        if (problem is not null)
        {
            errors.Add(LayoutErrors.DefaultMisfit(property.Name, problem, location));
            return null;
        }

        return new FieldOptions(access, defaultBits, arguments.IsTrue("Software"), arguments.IsTrue("AllowOverlap"), Label(arguments, property.Name));
    }

    /// <summary>What software may do with a field; the number is unchecked.</summary>
    public static AccessKind AccessOf(FieldPosition position)
        => new NamedArguments(position.Attribute).Find("Access") is { Value: byte access } ? (AccessKind)access : AccessKind.ReadWrite;

    private static string? AccessProblem(AccessKind access, FieldType type)
    {
        if (access is < AccessKind.ReadWrite or > AccessKind.WriteOneToClear)
            return "has an access that is no member of FieldAccess";

        return access == AccessKind.WriteOneToClear && type.Kind is FieldKind.PhysicalAddress or FieldKind.Frame
            ? "is an address, which is not cleared by writing ones"
            : null;
    }

    private static string Label(NamedArguments arguments, string name)
        => Literals.Ascii(arguments.Find("Label")?.Value is string { Length: > 0 } given ? given : name);
}
