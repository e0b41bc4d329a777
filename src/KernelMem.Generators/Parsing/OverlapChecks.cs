using System.Collections.Generic;
using KernelMem.Generators.Model;

namespace KernelMem.Generators.Parsing;

/// <summary>No bit has two owners, unless one of them says <c>AllowOverlap</c>; and then no harm comes of it.</summary>
internal static class OverlapChecks
{
    public static void Check(List<BitClaim> claims, List<LayoutError> errors)
    {
        for (int later = 1; later < claims.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                (BitClaim first, BitClaim second) = (claims[earlier], claims[later]);
                if (first.Bits.Overlaps(second.Bits))
                    CheckPair(first, second, errors);
            }
        }
    }

    private static void CheckPair(BitClaim first, BitClaim second, List<LayoutError> errors)
    {
        if (!first.AllowsOverlap && !second.AllowsOverlap)
        {
            errors.Add(LayoutErrors.Overlap(first, second));
            return;
        }

        CheckWrite(first, second, errors);
        CheckWrite(second, first, errors);
    }

    /// <summary>Writing a field writes the bits of whoever else has them.</summary>
    private static void CheckWrite(BitClaim writer, BitClaim other, List<LayoutError> errors)
    {
        if (writer.Field is not { IsWritable: true } field)
            return;

        BitRange shared = writer.Bits.Intersect(other.Bits);
        if (other.Unnamed is { IsDecided: true } unnamed)
            errors.Add(LayoutErrors.ReservedWritten(field.Name, shared, unnamed.Description, writer.Location));
        else if (other.Field is { Options.Access: AccessKind.WriteOneToClear } cleared)
            errors.Add(LayoutErrors.BadAccess(field.Name, $"writes {shared} of '{cleared.Name}', which writing ones clears", writer.Location));
    }
}
