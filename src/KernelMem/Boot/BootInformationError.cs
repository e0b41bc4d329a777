namespace KernelMem.Boot;

/// <summary>Why boot information could not be read. Nothing has been changed, and nothing outside the window was read.</summary>
public enum BootInformationError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>No protocol that this library reads. Check what the entry code passed.</summary>
    UnknownProtocol,

    /// <summary>The magic number is wrong: the kernel was started by another protocol. Try the other reader.</summary>
    BadMagic,

    /// <summary>The information structure is not inside the window. Map more memory, or check the pointer the entry code passed.</summary>
    InfoOutsideWindow,

    /// <summary>A PVH structure of version 0, which has no memory map. Use a newer hypervisor, or ask it by hypercall.</summary>
    VersionWithoutMap,

    /// <summary>The loader gave no memory map. Configure it to, or start from a range you know to be RAM.</summary>
    NoMemoryMap,

    /// <summary>The memory map is not wholly inside the window. Map more memory; if it is mapped, the table is corrupt.</summary>
    MapOutsideWindow,

    /// <summary>An entry of the memory map is too short or runs over the end of the table: the table is corrupt.</summary>
    MapMalformed,

    /// <summary>The memory map has more entries than <see cref="BootLimits.MapEntries"/>: the table is corrupt.</summary>
    TooManyMapEntries,

    /// <summary>The command line is outside the window, or does not end within <see cref="BootString.MaximumLength"/>. Map more memory; if it is mapped, the pointer is corrupt.</summary>
    CommandLineUnreadable,

    /// <summary>The list of modules is not wholly inside the window. Map more memory; if it is mapped, the list is corrupt.</summary>
    ModulesOutsideWindow,

    /// <summary>There are more modules than <see cref="BootLimits.Modules"/>: the list is corrupt.</summary>
    TooManyModules,

    /// <summary>A module ends before it starts, lies beyond 2^52, or its string cannot be read: the list is corrupt.</summary>
    ModuleMalformed,

    /// <summary>The address of the ACPI root pointer is beyond 2^52, or the loader's copy of it is cut short: the structure is corrupt.</summary>
    RsdpMalformed,

    /// <summary>
    /// A size in the information structure cannot be, a tag runs over its end, or the last tag is missing: the structure is corrupt.
    /// </summary>
    InfoMalformed,

    /// <summary>The bytes from one entry of the memory map to the next are none that can be: the table is corrupt, or the caller mistaken.</summary>
    BadEntrySize,

    /// <summary>The memory map is of a version that this library does not know. Use a newer library.</summary>
    UnknownMapVersion,
}
