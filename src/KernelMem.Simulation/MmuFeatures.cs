using System;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>What a processor's MMU can do, as CPUID would tell. Everything there is, unless stated, but memory encryption.</summary>
/// <remarks>A CPU refuses to turn on in a control register what its MMU cannot do, as hardware does with #GP.</remarks>
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

    /// <summary>Whether entries can forbid execution (CPUID.80000001H:EDX[20]). Without, EFER.NXE cannot be set.</summary>
    public bool Nx { get; init; } = true;

    /// <summary>Whether there are global pages (CPUID.1:EDX[13]). Without, CR4.PGE cannot be set.</summary>
    public bool Pge { get; init; } = true;

    /// <summary>Whether there are process-context identifiers (CPUID.1:ECX[17]). Without, CR4.PCIDE cannot be set.</summary>
    public bool Pcid { get; init; } = true;

    /// <summary>Whether there is the instruction INVPCID (CPUID.7:EBX[10]).</summary>
    public bool InvPcid { get; init; } = true;

    /// <summary>Whether a supervisor can be kept from executing user pages (CPUID.7:EBX[7]). Without, CR4.SMEP cannot be set.</summary>
    public bool Smep { get; init; } = true;

    /// <summary>Whether a supervisor can be kept from touching user pages (CPUID.7:EBX[20]). Without, CR4.SMAP cannot be set.</summary>
    public bool Smap { get; init; } = true;

    /// <summary>Whether user mode can be kept from reading descriptor-table registers (CPUID.7:ECX[2]). Without, CR4.UMIP cannot be set.</summary>
    public bool Umip { get; init; } = true;

    /// <summary>Whether user pages have protection keys (CPUID.7:ECX[3]). Without, CR4.PKE cannot be set.</summary>
    public bool Pku { get; init; } = true;

    /// <summary>Whether supervisor pages have protection keys (CPUID.7:ECX[31]). Without, CR4.PKS cannot be set.</summary>
    public bool Pks { get; init; } = true;

    /// <summary>Whether there are tables of five levels (CPUID.7:ECX[16]). Without, CR4.LA57 cannot be set.</summary>
    public bool La57 { get; init; } = true;

    /// <summary>
    /// Which bit of an entry, and of CR3, says that the memory is encrypted (AMD's C-bit, CPUID.8000001FH:EBX[5:0]): neither reserved nor
    /// part of the address. From <see cref="PhysicalAddressBits"/> to 51; null, unless stated: there is none.
    /// </summary>
    public int? EncryptionBit { get; init; }

    internal WalkFeatures ToWalk()
    {
        if (EncryptionBit is { } bit && (bit < PhysicalAddressBits || bit > 51))
            throw new InvalidOperationException($"the encryption bit, {bit}, is not from {PhysicalAddressBits} to 51");
        return new WalkFeatures
        {
            PhysicalAddressBits = PhysicalAddressBits,
            GigabytePages = GigabytePages,
            EncryptionMask = EncryptionBit is { } encryption ? 1UL << encryption : 0,
        };
    }
}
