namespace KernelMem.AddressSpaces;

/// <summary>What an address space makes of a page fault.</summary>
public enum FaultOutcome : byte
{
    /// <summary>A frame was mapped: let the access be tried again.</summary>
    Mapped = 0,

    /// <summary>
    /// The tables allow the access by now: another CPU mapped the page, or this one remembered an older entry. Let it be tried again.
    /// </summary>
    Retry,

    /// <summary>No region is there: a stray pointer, or memory that was released.</summary>
    NoRegion,

    /// <summary>The region does not allow such an access, or has no page there.</summary>
    AccessDenied,

    /// <summary>The region's page has no frame yet, and there is none to give. Free memory and retry, or end the program.</summary>
    OutOfMemory,

    /// <summary>An entry has a reserved bit set: the tables are damaged.</summary>
    DamagedTables,
}
