namespace KernelMem.AddressSpaces;

/// <summary>A sentence for each error of this floor: literals, ready to print or to panic with.</summary>
public static class AddressSpaceErrors
{
    /// <summary>Why an address space did not do as asked.</summary>
    public static string Message(AddressSpaceError error) => error switch
    {
        AddressSpaceError.None => "address space: no error",
        AddressSpaceError.InvalidRequest => "address space: no bytes, or a kind that cannot be asked for",
        AddressSpaceError.Misaligned => "address space: not whole pages",
        AddressSpaceError.OutsideLayout => "address space: the layout puts no such region there",
        AddressSpaceError.InvalidProtection => "address space: the protection does not suit the kind",
        AddressSpaceError.WritableAndExecutable => "address space: writable and executable at once",
        AddressSpaceError.Overlaps => "address space: some of the range is in use",
        AddressSpaceError.NoRoom => "address space: no gap is long enough",
        AddressSpaceError.NoRegion => "address space: not allocated, or released",
        AddressSpaceError.Busy => "address space: being changed by another CPU",
        AddressSpaceError.WritableCode => "address space: the kernel's code would be writable elsewhere",
        AddressSpaceError.CacheConflict => "address space: the same memory is cached in another way elsewhere",
        AddressSpaceError.AccessDenied => "address space: the region does not allow the access",
        AddressSpaceError.OutOfMemory => "address space: out of memory",
        AddressSpaceError.MappingRefused => "address space: the page tables refuse",
        AddressSpaceError.WrongPages => "address space: pages are there already, or not there",
        AddressSpaceError.BadMetadata => "address space: the metadata buffer is missing, misaligned or too small",
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
