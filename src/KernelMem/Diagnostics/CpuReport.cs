using System;
using KernelMem.Platform;

namespace KernelMem.Diagnostics;

/// <summary>What a CPU has of what paging depends on, and what of it is on, as text. Allocates nothing.</summary>
public static class CpuReport
{
    private const int Kinds = 14;

    /// <summary>Writes the widths of addresses, and each feature with its state: on, off, or absent.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="features">What the CPU has.</param>
    /// <param name="enabled">What is on: <see cref="CpuFeatures.Enable"/>, <see cref="CpuFeatures.ReadEnabled"/>.</param>
    public static void Write(TextOutput output, in CpuFeatures features, CpuFeatureSet enabled)
    {
        output.Write("Processor: physical addresses of "u8);
        output.WriteDecimal(features.PhysicalBits);
        output.Write(" bits, virtual ones of "u8);
        output.WriteDecimal(features.VirtualBits);
        if (features.Has(CpuFeatureSet.Encryption))
        {
            output.Write("; bit "u8);
            output.WriteDecimal(features.EncryptionBit);
            output.Write(" encrypts"u8);
        }

        output.WriteLine();
        WriteThose(output, "  on:     "u8, features.Present & enabled);
        WriteThose(output, "  off:    "u8, features.Present & ~enabled);
        WriteThose(output, "  absent: "u8, ~features.Present);
    }

    private static void WriteThose(TextOutput output, ReadOnlySpan<byte> title, CpuFeatureSet those)
    {
        output.Write(title);
        bool any = false;
        for (int kind = 0; kind < Kinds; kind++)
        {
            CpuFeatureSet feature = (CpuFeatureSet)(1u << kind);
            if ((those & feature) == CpuFeatureSet.None)
                continue;
            if (any)
                output.Write(", "u8);
            output.Write(NameOf(feature));
            any = true;
        }

        output.WriteLine(any ? default : "none"u8);
    }

    // As the manual calls them, for that is what people look for.
    private static ReadOnlySpan<byte> NameOf(CpuFeatureSet feature) => feature switch
    {
        CpuFeatureSet.WriteProtect => "WP"u8,
        CpuFeatureSet.NoExecute => "NX"u8,
        CpuFeatureSet.CacheTypes => "PAT"u8,
        CpuFeatureSet.GlobalPages => "PGE"u8,
        CpuFeatureSet.GigabytePages => "1 GiB pages"u8,
        CpuFeatureSet.ExecutionPrevention => "SMEP"u8,
        CpuFeatureSet.AccessPrevention => "SMAP"u8,
        CpuFeatureSet.InstructionPrevention => "UMIP"u8,
        CpuFeatureSet.ContextIdentifiers => "PCID"u8,
        CpuFeatureSet.ContextInvalidation => "INVPCID"u8,
        CpuFeatureSet.UserKeys => "PKU"u8,
        CpuFeatureSet.SupervisorKeys => "PKS"u8,
        CpuFeatureSet.FiveLevels => "LA57"u8,
        CpuFeatureSet.Encryption => "memory encryption"u8,
        _ => "?"u8,
    };
}
