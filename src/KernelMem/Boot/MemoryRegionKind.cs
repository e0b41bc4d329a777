namespace KernelMem.Boot;

/// <summary>
/// What a stretch of physical memory is. The numeric value is the <b>severity</b>: where two entries of a memory map
/// overlap, the one with the higher value wins, so that memory is only ever usable if nobody objects.
/// </summary>
/// <remarks>
/// The order, from "take it" to "keep off": what can be given back later (boot data, then ACPI tables, which must be
/// read before they are dropped), what stays in use (the kernel, persistent memory), what must be left alone but saved
/// across sleep (NVS), what must be left alone altogether (reserved, devices), and what does not work.
/// </remarks>
public enum MemoryRegionKind : byte
{
    /// <summary>Not in the map: no memory that anyone reported. Never appears in a normalised map.</summary>
    None = 0,

    /// <summary>Free RAM. In a normalised map always whole 4 KiB frames.</summary>
    Usable = 1,

    /// <summary>
    /// RAM that holds what the boot left behind: boot information, command line, modules, boot page tables.
    /// Becomes usable once the kernel is done with it.
    /// </summary>
    BootData = 2,

    /// <summary>RAM that holds ACPI tables. Becomes usable once the kernel has read them (ACPI 6.5 §15.1, type 3).</summary>
    AcpiReclaimable = 3,

    /// <summary>RAM that holds the running kernel.</summary>
    KernelImage = 4,

    /// <summary>Persistent memory: keeps its content without power; a driver's business (ACPI 6.5 §15.1, type 7).</summary>
    Persistent = 5,

    /// <summary>In use by the firmware; to be saved and restored across S4 sleep (ACPI 6.5 §15.1, type 4).</summary>
    AcpiNvs = 6,

    /// <summary>Not to be touched: devices, firmware, and every type this library does not know.</summary>
    Reserved = 7,

    /// <summary>RAM in which errors have been found (ACPI 6.5 §15.1, type 5).</summary>
    BadMemory = 8,
}
