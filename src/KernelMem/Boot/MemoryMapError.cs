namespace KernelMem.Boot;

/// <summary>Why a memory map could not be made.</summary>
public enum MemoryMapError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>The buffer is null, not 8-byte aligned, or too small for even one entry. Give another.</summary>
    BadBuffer,

    /// <summary>
    /// The entries, or the map made of them, do not fit the buffer. No map is made: one that lacks a reservation would
    /// hand out memory in use. Give a buffer of <see cref="MemoryMapBuilder.MetadataSize"/> bytes for all the entries.
    /// </summary>
    CapacityExceeded,

    /// <summary>A reservation of kind usable or none was asked for. Say what is in the memory.</summary>
    NotAReservation,
}
