namespace KernelMem.Boot;

/// <summary>A sentence for each error of this floor: literals, ready to print or to panic with.</summary>
public static class BootErrors
{
    /// <summary>What went wrong while boot information was read.</summary>
    public static string Message(BootInformationError error) => error switch
    {
        BootInformationError.None => "boot information: no error",
        BootInformationError.UnknownProtocol => "boot information: started by no protocol that is known",
        BootInformationError.BadMagic => "boot information: wrong magic number; started by another protocol",
        BootInformationError.InfoOutsideWindow => "boot information: the structure is not in mapped memory",
        BootInformationError.VersionWithoutMap => "boot information: PVH version 0 has no memory map",
        BootInformationError.NoMemoryMap => "boot information: the boot loader gave no memory map",
        BootInformationError.MapOutsideWindow => "boot information: the memory map is not in mapped memory",
        BootInformationError.MapMalformed => "boot information: an entry of the memory map is malformed",
        BootInformationError.TooManyMapEntries => "boot information: the memory map has too many entries",
        BootInformationError.CommandLineUnreadable => "boot information: the command line is not in mapped memory or has no end",
        BootInformationError.ModulesOutsideWindow => "boot information: the list of modules is not in mapped memory",
        BootInformationError.TooManyModules => "boot information: too many modules",
        BootInformationError.ModuleMalformed => "boot information: a module is malformed",
        BootInformationError.RsdpMalformed => "boot information: the ACPI root pointer is out of range or cut short",
        BootInformationError.InfoMalformed => "boot information: the structure's sizes or tags are malformed",
        BootInformationError.BadEntrySize => "boot information: the memory map's entries have an impossible size",
        BootInformationError.UnknownMapVersion => "boot information: the memory map is of an unknown version",
        _ => "boot information: unknown error",
    };

    /// <summary>What went wrong while a memory map was made.</summary>
    public static string Message(MemoryMapError error) => error switch
    {
        MemoryMapError.None => "memory map: no error",
        MemoryMapError.BadBuffer => "memory map: the buffer is missing, misaligned or too small",
        MemoryMapError.CapacityExceeded => "memory map: more entries than the buffer holds",
        MemoryMapError.NotAReservation => "memory map: a reservation must say what is in the memory",
        _ => "memory map: unknown error",
    };

    /// <summary>What went wrong with an early allocation.</summary>
    public static string Message(EarlyAllocatorError error) => error switch
    {
        EarlyAllocatorError.None => "early memory: no error",
        EarlyAllocatorError.BadMetadata => "early memory: the metadata buffer is missing, misaligned or too small",
        EarlyAllocatorError.InvalidRequest => "early memory: no frames asked for, or an alignment that is none",
        EarlyAllocatorError.OutOfMemory => "early memory: out of memory",
        EarlyAllocatorError.OutOfMetadata => "early memory: out of metadata",
        EarlyAllocatorError.NotFree => "early memory: the frames are not free",
        EarlyAllocatorError.HandedOver => "early memory: already handed over",
        _ => "early memory: unknown error",
    };
}
