using System.Diagnostics;

namespace KernelMem.AddressSpaces;

/// <summary>Why a copy from or to a program's memory is not whole, and how much of it is missing.</summary>
[DebuggerDisplay("{Code}, {BytesLeft} bytes left")]
public readonly struct UserCopyFailure
{
    internal UserCopyFailure(UserMemoryError code, ulong bytesLeft)
    {
        Code = code;
        BytesLeft = bytesLeft;
    }

    /// <summary>Why.</summary>
    public UserMemoryError Code { get; }

    /// <summary>
    /// How many bytes were <b>not</b> copied: after a <see cref="UserMemoryError.Fault"/> those from the fault on, otherwise all that
    /// were asked for (<see cref="ulong.MaxValue"/> when they are more than 64 bits can count).
    /// </summary>
    public ulong BytesLeft { get; }
}
