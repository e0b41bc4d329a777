namespace KernelMem.Boot;

/// <summary>
/// One entry of the memory map exactly as the boot loader reported it: raw numbers, not to be trusted, for printing and
/// for <see cref="MemoryMapBuilder"/>. The length may be zero, and start plus length may wrap.
/// </summary>
public readonly struct FirmwareRegion
{
    /// <summary>Holds what was reported in the numbering of E820.</summary>
    public FirmwareRegion(ulong start, ulong length, uint type)
        : this(start, length, type, 0, MemoryRegionKinds.FromE820(type))
    {
    }

    internal FirmwareRegion(ulong start, ulong length, ulong type, ulong attributes, MemoryRegionKind kind)
    {
        Start = start;
        Length = length;
        Type = type;
        Attributes = attributes;
        Kind = kind;
    }

    /// <summary>The physical address reported, any value.</summary>
    public ulong Start { get; }

    /// <summary>The length in bytes reported, any value. Of pages whose bytes no 64-bit number holds, <see cref="ulong.MaxValue"/>.</summary>
    public ulong Length { get; }

    /// <summary>
    /// The type reported, any value, in the numbering of the map's format: E820 (ACPI 6.5 §15.1), UEFI (UEFI 2.10 §7.2) or Limine.
    /// </summary>
    public ulong Type { get; }

    /// <summary>
    /// The attributes reported, any value: UEFI's (UEFI 2.10 §7.2), or the extended ones of an E820 entry of 24 bytes; 0 in other formats.
    /// </summary>
    public ulong Attributes { get; }

    /// <summary>
    /// What the type and the attributes mean; unknown types are <see cref="MemoryRegionKind.Reserved"/>.
    /// <see cref="MemoryRegionKind.None"/> if the entry says that it is to be ignored.
    /// </summary>
    public MemoryRegionKind Kind { get; }
}
