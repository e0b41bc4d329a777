using System;

namespace KernelMem.Simulation;

/// <summary>What a processor's MMU can do, as CPUID would tell.</summary>
public sealed record MmuFeatures
{
    /// <summary>
    /// How many bits a physical address has (MAXPHYADDR, CPUID.80000008H:EAX[7:0]): 36 to 52. Entry bits from there to 51 are
    /// reserved. 46 unless stated.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 36 or more than 52.</exception>
    public int PhysicalAddressBits
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 36);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 52);
            field = value;
        }
    }
    = 46;

    /// <summary>Whether there are pages of 1 GiB (CPUID.80000001H:EDX[26]). Without, bit 7 of a PDPT entry is reserved.</summary>
    public bool GigabytePages { get; init; } = true;
}
