using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Every bit is spoken for.</summary>
internal static class CoverageChecks
{
    public static void Check(string layout, StorageType storage, List<BitClaim> claims, Location? location, List<LayoutError> errors)
    {
        int next = 0;
        foreach (BitRange bits in claims.Select(claim => claim.Bits).OrderBy(bits => bits.Low).Append(new BitRange(storage.Width, storage.Width)))
        {
            if (bits.Low > next)
                errors.Add(LayoutErrors.Gap(layout, new BitRange(next, bits.Low - 1), location));

            next = Math.Max(next, bits.High + 1);
        }
    }
}
