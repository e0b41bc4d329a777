using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>
/// A buffer that a program gave to the kernel: a pointer and a number of elements, both of which may lie. It has no elements to look at,
/// only copies to make.
/// </summary>
/// <remarks>As <see cref="UserPtr{T}"/>: any numbers make one, nothing panics, and every copy checks.</remarks>
/// <typeparam name="T">What the program says is there.</typeparam>
[UserMemory]
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct UserSpan<T>
    where T : unmanaged
{
    private readonly ulong _start;
    private readonly ulong _length;

    private UserSpan(ulong start, ulong length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>No elements, at the null pointer.</summary>
    public static UserSpan<T> Empty => default;

    /// <summary>The pointer to the first element.</summary>
    public UserPtr<T> Start => UserPtr<T>.FromUser(_start);

    /// <summary>The number of elements.</summary>
    public ulong Length => _length;

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The buffer that a program passed. Any numbers will do.</summary>
    /// <param name="start">The address of the first element.</param>
    /// <param name="length">The number of elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UserSpan<T> FromUser([UserMemory, PreservesValue] ulong start, [UserMemory] ulong length) => new(start, length);

    /// <summary>Whether a program may have all the elements there. Whether it has is for <see cref="AddressSpace{TPlatform}.CheckAccess"/>, or the copy, to say.</summary>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="alignment">Whether the address must be aligned for the type.</param>
    /// <returns>
    /// The range of their bytes, which is a default value when there are none: wherever it points, nothing will be touched. Or
    /// <see cref="UserMemoryError.TooLong"/>, <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Misaligned"/>.
    /// </returns>
    public Result<VirtRange, UserMemoryError> Check(in AddressLayout layout, UserAlignment alignment)
    {
        UserMemoryError error = UserElement<T>.Check(_start, _length, layout, alignment, out VirtRange range);
        return error == UserMemoryError.None ? range : error;
    }

    /// <summary>The pointer to an element.</summary>
    /// <param name="index">Which; may come from the program.</param>
    /// <param name="element">The pointer; null on failure.</param>
    /// <returns>False when there are not so many elements, or that one lies beyond the top of 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetElement(ulong index, out UserPtr<T> element)
    {
        bool possible = Start.TryAdd(index, out UserPtr<T> found) && index < _length;
        element = possible ? found : UserPtr<T>.Null;
        return possible;
    }

    /// <summary>The elements from <paramref name="start"/> on.</summary>
    /// <inheritdoc cref="TrySlice(ulong, ulong, out UserSpan{T})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySlice(ulong start, out UserSpan<T> slice) =>
        TrySlice(start, start <= _length ? _length - start : 0, out slice);

    /// <summary><paramref name="length"/> elements from <paramref name="start"/> on.</summary>
    /// <param name="start">How many elements to leave out; may come from the program.</param>
    /// <param name="length">How many elements to take; may come from the program.</param>
    /// <param name="slice">The elements; empty on failure.</param>
    /// <returns>False when there are not so many elements, or the first of them lies beyond the top of 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySlice(ulong start, ulong length, out UserSpan<T> slice)
    {
        bool inside = start <= _length && length <= _length - start;
        bool possible = UserElement<T>.TryAdd(_start, start, out ulong first) && inside;
        slice = possible ? new UserSpan<T>(first, length) : Empty;
        return possible;
    }
}
