namespace KernelMem.Boot;

/// <summary>Facts about <see cref="MemoryRegionKind"/>.</summary>
public static class MemoryRegionKinds
{
    /// <summary>How many kinds there are, <see cref="MemoryRegionKind.None"/> included.</summary>
    public const int Count = (int)MemoryRegionKind.BadMemory + 1;

    /// <summary>
    /// The kind of an address-range type as firmware reports it (E820, PVH and Multiboot share the numbers; ACPI 6.5 §15.1).
    /// </summary>
    /// <param name="type">The type number, any value.</param>
    /// <returns>The kind; <see cref="MemoryRegionKind.Reserved"/> for every number this library does not know.</returns>
    public static MemoryRegionKind FromE820(uint type) => type switch
    {
        1 => MemoryRegionKind.Usable,
        3 => MemoryRegionKind.AcpiReclaimable,
        4 => MemoryRegionKind.AcpiNvs,
        5 => MemoryRegionKind.BadMemory,
        7 => MemoryRegionKind.Persistent,
        _ => MemoryRegionKind.Reserved, // 2 says so; 6 is disabled memory; the rest is not for us
    };

    /// <summary>
    /// The kind of an E820 entry with extended attributes: 24 bytes long (ACPI 6.0 §15, Extended Attributes). An entry whose bit 0
    /// is clear is to be ignored; non-volatile memory is persistent, and the hardware's error log is reserved.
    /// </summary>
    /// <param name="type">The type number, any value.</param>
    /// <param name="attributes">The attributes, any value.</param>
    /// <returns>The kind; <see cref="MemoryRegionKind.None"/> if the entry is to be ignored.</returns>
    public static MemoryRegionKind FromE820(uint type, uint attributes)
    {
        const uint Enabled = 1 << 0;
        const uint NonVolatile = 1 << 1;
        const uint ErrorLog = 1 << 3;
        if ((attributes & Enabled) == 0)
            return MemoryRegionKind.None;

        MemoryRegionKind kind = FromE820(type);
        if (kind != MemoryRegionKind.Usable)
            return kind;

        if ((attributes & ErrorLog) != 0)
            return MemoryRegionKind.Reserved;

        return (attributes & NonVolatile) != 0 ? MemoryRegionKind.Persistent : MemoryRegionKind.Usable;
    }

    /// <summary>
    /// The kind of a UEFI memory type after ExitBootServices (UEFI 2.10 §7.2, <c>GetMemoryMap</c>). Memory is usable only if it can be
    /// cached as ordinary memory is (write-back), and if it is set aside for no special purpose and not for the runtime services.
    /// </summary>
    /// <param name="type">The memory type, any value.</param>
    /// <param name="attributes">The descriptor's attributes, any value.</param>
    /// <returns>The kind; <see cref="MemoryRegionKind.Reserved"/> for every number this library does not know.</returns>
    public static MemoryRegionKind FromUefi(uint type, ulong attributes)
    {
        MemoryRegionKind kind = FromUefiType(type);
        if (!IsMemory(kind))
            return kind;

        const ulong WriteBack = 0x8;
        const ulong NonVolatile = 0x8000;
        const ulong SpecialPurpose = 0x4_0000;
        const ulong Runtime = 1UL << 63;
        if ((attributes & Runtime) != 0)
            return MemoryRegionKind.FirmwareRuntime;

        if ((attributes & NonVolatile) != 0)
            return MemoryRegionKind.Persistent;

        bool ordinary = (attributes & WriteBack) != 0 && (attributes & SpecialPurpose) == 0;
        return ordinary ? kind : MemoryRegionKind.Reserved;
    }

    /// <summary>
    /// The kind of a Limine memory map entry (Limine boot protocol, Memory Map Feature). Its entries for the kernel with its modules and
    /// for what the loader leaves are both <see cref="MemoryRegionKind.BootData"/>: the kernel reserves its own image.
    /// </summary>
    /// <param name="type">The type number, any value.</param>
    /// <returns>The kind; <see cref="MemoryRegionKind.Reserved"/> for every number this library does not know.</returns>
    public static MemoryRegionKind FromLimine(ulong type) => type switch
    {
        0 => MemoryRegionKind.Usable,
        2 => MemoryRegionKind.AcpiReclaimable,
        3 => MemoryRegionKind.AcpiNvs,
        4 => MemoryRegionKind.BadMemory,
        5 or 6 => MemoryRegionKind.BootData,
        _ => MemoryRegionKind.Reserved, // 1 says so; 7 is the frame buffer; the rest is not for us
    };

    /// <summary>
    /// Whether it is ordinary RAM that the kernel may map and read: usable, or holding the kernel, boot data, ACPI tables, or what the
    /// firmware used while it booted.
    /// </summary>
    public static bool IsMemory(MemoryRegionKind kind) => kind is MemoryRegionKind.Usable
        or MemoryRegionKind.FirmwareBoot
        or MemoryRegionKind.BootData
        or MemoryRegionKind.AcpiReclaimable
        or MemoryRegionKind.KernelImage;

    /// <summary>
    /// Whether it is RAM that can become usable: when what is in it is no longer needed, or when it has been accepted. It is kept apart
    /// in the map, to be handed over then (<see cref="MemoryMap.FreedBy"/>).
    /// </summary>
    public static bool IsReclaimable(MemoryRegionKind kind) => kind is MemoryRegionKind.FirmwareBoot
        or MemoryRegionKind.BootData
        or MemoryRegionKind.AcpiReclaimable
        or MemoryRegionKind.Unaccepted;

    /// <summary>A short name to print, a literal.</summary>
    public static string Name(MemoryRegionKind kind) => kind switch
    {
        MemoryRegionKind.Usable => "usable",
        MemoryRegionKind.FirmwareBoot => "firmware boot",
        MemoryRegionKind.BootData => "boot data",
        MemoryRegionKind.AcpiReclaimable => "ACPI tables",
        MemoryRegionKind.KernelImage => "kernel",
        MemoryRegionKind.Unaccepted => "unaccepted",
        MemoryRegionKind.Persistent => "persistent",
        MemoryRegionKind.AcpiNvs => "ACPI NVS",
        MemoryRegionKind.FirmwareRuntime => "firmware runtime",
        MemoryRegionKind.Reserved => "reserved",
        MemoryRegionKind.BadMemory => "bad memory",
        _ => "none",
    };

    private static MemoryRegionKind FromUefiType(uint type) => type switch
    {
        1 or 2 => MemoryRegionKind.BootData, // the loader's code and data: the kernel, its modules, the boot information
        3 or 4 => MemoryRegionKind.FirmwareBoot,
        5 or 6 => MemoryRegionKind.FirmwareRuntime,
        7 => MemoryRegionKind.Usable,
        8 => MemoryRegionKind.BadMemory,
        9 => MemoryRegionKind.AcpiReclaimable,
        10 => MemoryRegionKind.AcpiNvs,
        14 => MemoryRegionKind.Persistent,
        15 => MemoryRegionKind.Unaccepted,
        _ => MemoryRegionKind.Reserved, // 0 says so; 11 and 12 are devices; 13 is firmware; the rest is not for us
    };
}
