using System.Collections.Generic;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>The word to start from is a valid one.</summary>
internal static class InitialChecks
{
    public static void CheckFields(LayoutModel layout, List<BitClaim> claims, List<LayoutError> errors)
    {
        foreach (BitClaim claim in claims)
        {
            if (claim.Field is { } field && Problem(layout.InitialValue, field) is { } problem)
                errors.Add(LayoutErrors.DefaultMisfit(field.Name, problem, claim.Location));
        }
    }

    public static void CheckCombination(string layout, ForbiddenModel forbidden, Location? location, List<LayoutError> errors)
    {
        if (forbidden.HoldsInitially)
            errors.Add(LayoutErrors.DefaultMisfit(layout, $"makes the initial word one with '{forbidden.Text}', which is forbidden", location));
    }

    private static string? Problem(ulong initial, FieldModel field)
    {
        ulong bits = initial & field.Bits.Mask;
        if (field.Options.DefaultBits is { } own && own != bits)
            return "contradicts the default of another field in the same bits";

        if (field.Options.Access == AccessKind.WriteOneToClear && bits != 0)
            return "would clear the field when the initial word is written";

        if (field.Enum is not { } type || type.IsDefined(bits >> field.Bits.Low))
            return null;

        return field.Options.DefaultBits is null ? $"must be given, because 0 is no member of '{type.Name}'" : $"is no member of '{type.Name}'";
    }
}
