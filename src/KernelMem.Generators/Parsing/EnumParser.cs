using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using KernelMem.Generators.Helpers;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads the enum that is a field's type.</summary>
internal static class EnumParser
{
    /// <summary>Null, with an error, where a member does not fit the field.</summary>
    public static EnumModel? Parse(IPropertySymbol property, BitRange bits, List<LayoutError> errors)
    {
        var members = new SortedDictionary<ulong, string>();
        foreach (IFieldSymbol member in property.Type.GetMembers().OfType<IFieldSymbol>().Where(member => member.HasConstantValue))
        {
            decimal value = Convert.ToDecimal(member.ConstantValue, CultureInfo.InvariantCulture);
            if (value < 0 || value > bits.MaxValue)
            {
                errors.Add(LayoutErrors.EnumTooWide(property, bits, member.Name));
                return null;
            }

            // Of several names of one value, the first is the one to show.
            if (!members.ContainsKey((ulong)value))
                members.Add((ulong)value, member.Name);
        }

        return new EnumModel(
            property.Type.Name,
            IsFlags(property.Type),
            members.Select(member => new EnumMember(member.Value, member.Key)).ToEquatableArray(),
            bits.MaxValue);
    }

    private static bool IsFlags(ITypeSymbol type)
        => type.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == KnownNames.FlagsAttribute);
}
