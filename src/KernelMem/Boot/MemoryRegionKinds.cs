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

    /// <summary>Whether it is ordinary RAM that the kernel may map and read: usable, or holding the kernel, boot data or ACPI tables.</summary>
    public static bool IsMemory(MemoryRegionKind kind) =>
        kind is MemoryRegionKind.Usable or MemoryRegionKind.BootData or MemoryRegionKind.AcpiReclaimable or MemoryRegionKind.KernelImage;

    /// <summary>A short name to print, a literal.</summary>
    public static string Name(MemoryRegionKind kind) => kind switch
    {
        MemoryRegionKind.Usable => "usable",
        MemoryRegionKind.BootData => "boot data",
        MemoryRegionKind.AcpiReclaimable => "ACPI tables",
        MemoryRegionKind.KernelImage => "kernel",
        MemoryRegionKind.Persistent => "persistent",
        MemoryRegionKind.AcpiNvs => "ACPI NVS",
        MemoryRegionKind.Reserved => "reserved",
        MemoryRegionKind.BadMemory => "bad memory",
        _ => "none",
    };
}
