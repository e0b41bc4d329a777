namespace KernelMem.AddressSpaces;

/// <summary>A sentence for each error of this floor: literals, ready to print or to panic with.</summary>
public static class SpaceErrors
{
    /// <summary>Why an address space did not do as asked.</summary>
    public static string Message(SpaceError error) => error switch
    {
        SpaceError.None => "address space: no error",
        SpaceError.InvalidRequest => "address space: no bytes, or a kind that cannot be asked for",
        SpaceError.Misaligned => "address space: not whole pages",
        SpaceError.OutsideLayout => "address space: the layout puts no such region there",
        SpaceError.InvalidProtection => "address space: the protection does not suit the kind",
        SpaceError.WritableAndExecutable => "address space: writable and executable at once",
        SpaceError.Overlaps => "address space: some of the range is in use",
        SpaceError.NoRoom => "address space: no gap is long enough",
        SpaceError.NoRegion => "address space: not allocated, or released",
        SpaceError.Busy => "address space: being changed by another CPU",
        SpaceError.WritableCode => "address space: the kernel's code would be writable elsewhere",
        SpaceError.CacheConflict => "address space: the same memory is cached in another way elsewhere",
        SpaceError.AccessDenied => "address space: the region does not allow the access",
        SpaceError.OutOfMemory => "address space: out of memory",
        SpaceError.MappingRefused => "address space: the page tables refuse",
        SpaceError.WrongPages => "address space: pages are there already, or not there",
        SpaceError.BadMetadata => "address space: the metadata buffer is missing, misaligned or too small",
        _ => "address space: unknown error",
    };

    /// <summary>Why a program's pointer was not followed.</summary>
    public static string Message(UserMemoryError error) => error switch
    {
        UserMemoryError.None => "user memory: no error",
        UserMemoryError.TooLong => "user memory: more bytes than 64 bits can count",
        UserMemoryError.OutsideUserRange => "user memory: not in the user range",
        UserMemoryError.Misaligned => "user memory: not aligned for its type",
        UserMemoryError.LengthMismatch => "user memory: the kernel's side of the copy has another length",
        UserMemoryError.Fault => "user memory: not mapped, or not with that right",
        _ => "user memory: unknown error",
    };
}
