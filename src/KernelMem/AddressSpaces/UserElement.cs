using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <summary>The arithmetic, the checks and the copies of <see cref="UserPtr{T}"/> and <see cref="UserSpan{T}"/>.</summary>
internal static unsafe class UserElement<T>
    where T : unmanaged
{
    /// <summary>The bytes of an element.</summary>
    private static ulong Size => (ulong)sizeof(T);

    /// <summary>What follows a byte starts at the next multiple of its alignment, and nothing but the two is in there.</summary>
    private static ulong NaturalAlignment => (ulong)(sizeof(ByteBefore) - sizeof(T));

    /// <summary>Whether the address is a multiple of the element's alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAligned([UserMemory] ulong address) => (address & (NaturalAlignment - 1)) == 0;

    /// <summary>The bytes of so many elements. False, with the greatest number, when 64 bits cannot count them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryGetBytes([UserMemory] ulong count, out ulong bytes)
    {
        // A division of constants: the compiler does it.
        bool possible = count <= ulong.MaxValue / Size;
        bytes = possible ? count * Size : ulong.MaxValue;
        return possible;
    }

    /// <summary>The address so many elements above. False, with the highest address, when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd([UserMemory, PreservesValue] ulong address, [UserMemory] ulong count, out ulong result)
    {
        bool possible = TryGetBytes(count, out ulong bytes) && bytes <= ulong.MaxValue - address;
        result = possible ? address + bytes : ulong.MaxValue;
        return possible;
    }

    /// <summary>Whether a program may have so many elements there: the range of their bytes, or why not.</summary>
    public static UserMemoryError Check([UserMemory] ulong address, [UserMemory] ulong count, in AddressLayout layout, UserAlignment alignment, [UserMemory] out VirtRange range)
    {
        range = default;
        if (count == 0)
            return UserMemoryError.None;
        if (!TryGetBytes(count, out ulong bytes))
            return UserMemoryError.TooLong;

        // A range lies in one half of the address space: nothing wraps in it, and its last byte has an address.
        if (!VirtAddr.TryCreate(address, out VirtAddr start) || !VirtRange.TryCreate(start, bytes, out VirtRange bounded) || !layout.IsUser(bounded))
            return UserMemoryError.OutsideUserRange;
        if (alignment == UserAlignment.Natural && !IsAligned(address))
            return UserMemoryError.Misaligned;

        range = bounded;
        return UserMemoryError.None;
    }

    /// <summary>Checks, and copies from a program.</summary>
    /// <returns>Why not all, and how much is missing; a default value when all is there.</returns>
    public static UserCopyFailure Read<TPlatform>(TPlatform platform, in AddressLayout layout, [UserMemory] ulong address, [UserMemory] ulong count, void* destination)
        where TPlatform : unmanaged, IPlatform
    {
        UserMemoryError error = Check(address, count, layout, UserAlignment.Any, out VirtRange range);
        if (error != UserMemoryError.None)
            return Refuse(error, count);

        // SAFETY: the range is the program's by the layout, the destination the caller's; the primitive survives faults.
        ulong left = range.IsEmpty ? 0 : platform.CopyUser(destination, range.Start.ToPointer(), range.Length);
        return Ended(left);
    }

    /// <summary>Checks, and copies to a program.</summary>
    /// <inheritdoc cref="Read"/>
    public static UserCopyFailure Write<TPlatform>(TPlatform platform, in AddressLayout layout, [UserMemory] ulong address, [UserMemory] ulong count, void* source)
        where TPlatform : unmanaged, IPlatform
    {
        UserMemoryError error = Check(address, count, layout, UserAlignment.Any, out VirtRange range);
        if (error != UserMemoryError.None)
            return Refuse(error, count);

        // SAFETY: as for reading, the other way round.
        ulong left = range.IsEmpty ? 0 : platform.CopyUser(range.Start.ToPointer(), source, range.Length);
        return Ended(left);
    }

    /// <summary>A copy that was not begun.</summary>
    public static UserCopyFailure Refuse(UserMemoryError error, [UserMemory] ulong count)
    {
        TryGetBytes(count, out ulong bytes);
        return new UserCopyFailure(error, bytes);
    }

    private static UserCopyFailure Ended(ulong left) => left == 0 ? default : new UserCopyFailure(UserMemoryError.Fault, left);

    /// <summary>Shows the alignment that C# gives the type.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ByteBefore
    {
        public readonly byte Byte;
        public readonly T Element;
    }
}
