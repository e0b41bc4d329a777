namespace KernelMem.Boot;

/// <summary>
/// What a stretch of physical memory is. The numeric value is the <b>severity</b>: where two entries of a memory map
/// overlap, the one with the higher value wins, so that memory is only ever usable if nobody objects.
/// </summary>
/// <remarks>
/// The order, from "take it" to "keep off": what can be given back later (what the firmware used while it booted, then boot
/// data, then ACPI tables, which must be read before they are dropped), what stays in use (the kernel), what is no ordinary
/// memory yet or ever (unaccepted, persistent), what must be left alone but saved across sleep (NVS) or mapped for the firmware
/// (runtime services), what must be left alone altogether (reserved, devices), and what does not work.
/// </remarks>
public enum MemoryRegionKind : byte
{
    /// <summary>Not in the map: no memory that anyone reported. Never appears in a normalised map.</summary>
    None = 0,

    /// <summary>Free RAM. In a normalised map always whole 4 KiB frames.</summary>
    Usable = 1,

    /// <summary>
    /// RAM that UEFI's boot services used. Becomes usable once they have ended (ExitBootServices) and, where the kernel calls
    /// SetVirtualAddressMap, once that has returned: some firmware still reaches for its boot memory there (UEFI 2.10 §7.2).
    /// </summary>
    FirmwareBoot = 2,

    /// <summary>
    /// RAM that holds what the boot loader left behind: boot information, command line, modules, boot page tables, the loader itself.
    /// Becomes usable once the kernel is done with it.
    /// </summary>
    BootData = 3,

    /// <summary>RAM that holds ACPI tables. Becomes usable once the kernel has read them (ACPI 6.5 §15.1, type 3).</summary>
    AcpiReclaimable = 4,

    /// <summary>RAM that holds the running kernel.</summary>
    KernelImage = 5,

    /// <summary>
    /// RAM of a confidential machine that must be accepted before its first use; to touch it is fatal until then
    /// (UEFI 2.10 §7.2, <c>EfiUnacceptedMemoryType</c>).
    /// </summary>
    Unaccepted = 6,

    /// <summary>Persistent memory: keeps its content without power; a driver's business (ACPI 6.5 §15.1, type 7).</summary>
    Persistent = 7,

    /// <summary>In use by the firmware; to be saved and restored across S4 sleep (ACPI 6.5 §15.1, type 4).</summary>
    AcpiNvs = 8,

    /// <summary>Code and data of UEFI's runtime services: to be mapped when they are called, otherwise left alone (UEFI 2.10 §7.2).</summary>
    FirmwareRuntime = 9,

    /// <summary>Not to be touched: devices, firmware, and every type this library does not know.</summary>
    Reserved = 10,

    /// <summary>RAM in which errors have been found (ACPI 6.5 §15.1, type 5).</summary>
    BadMemory = 11,
}
