namespace KernelMem.AddressSpaces;

/// <summary>Why a program's pointer was not followed, or not to its end.</summary>
public enum UserMemoryError : byte
{
    /// <summary>No error; never returned.</summary>
    None = 0,

    /// <summary>So many elements have more bytes than 64 bits can count. Refuse the program's request.</summary>
    TooLong,

    /// <summary>Some of the bytes are not in the user range of the layout, or behind the top of the address space. Refuse the request.</summary>
    OutsideUserRange,

    /// <summary>The address is not aligned for its type. Refuse the request, or do not ask for alignment.</summary>
    Misaligned,

    /// <summary>The kernel's side of the copy has another length than the program's allows. Correct the call.</summary>
    LengthMismatch,

    /// <summary>The program has no such memory there, or not with that right: the copy ended early.</summary>
    Fault,
}
