namespace KernelMem.Boot;

/// <summary>
/// One entry of the memory map exactly as the boot loader reported it: raw numbers, not to be trusted, for printing and
/// for <see cref="MemoryMapBuilder"/>. The length may be zero, and start plus length may wrap.
/// </summary>
public readonly struct FirmwareRegion
{
    /// <summary>Holds what was reported.</summary>
    public FirmwareRegion(ulong start, ulong length, uint type)
    {
        Start = start;
        Length = length;
        Type = type;
    }

    /// <summary>The physical address reported, any value.</summary>
    public ulong Start { get; }

    /// <summary>The length in bytes reported, any value.</summary>
    public ulong Length { get; }

    /// <summary>The address-range type reported (ACPI 6.5 §15.1), any value.</summary>
    public uint Type { get; }

    /// <summary>What the type means; unknown types are <see cref="MemoryRegionKind.Reserved"/>.</summary>
    public MemoryRegionKind Kind => MemoryRegionKinds.FromE820(Type);
}
