using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>
/// A pointer that a program gave to the kernel. It is a number and a type, and it may lie: it cannot be dereferenced, only checked
/// against a layout and copied through.
/// </summary>
/// <remarks>
/// <para>Any 64 bits make one, and no operation of it panics: what is wrong with it is found when it is checked, and every copy checks.
/// What lies there may change at any time, so a value is read once and then looked at.</para>
/// <para>The boundary rules follow it: a raw pointer made of it is an error (KM3002), and so is its dereference (KM3001).</para>
/// </remarks>
/// <typeparam name="T">What the program says is there.</typeparam>
[UserMemory]
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct UserPtr<T>
    where T : unmanaged
{
    private readonly ulong _value;

    private UserPtr(ulong value) => _value = value;

    /// <summary>The null pointer.</summary>
    public static UserPtr<T> Null => default;

    /// <summary>The address as a number.</summary>
    public ulong Value => _value;

    /// <summary>Whether this is the null pointer.</summary>
    public bool IsNull => _value == 0;

    /// <summary>Whether the address is a multiple of the alignment that C# gives <typeparamref name="T"/>.</summary>
    public bool IsAligned => UserElement<T>.IsAligned(_value);

    /// <summary>The pointer that a program passed, e.g. in a register. Any number will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UserPtr<T> FromUser([UserMemory, PreservesValue] ulong value) => new(value);

    /// <summary>The same address, as that of another type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UserPtr<TOther> Cast<TOther>()
        where TOther : unmanaged => UserPtr<TOther>.FromUser(_value);

    /// <summary>This, and the elements behind it.</summary>
    /// <param name="length">How many elements the program says there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UserSpan<T> ToSpan([UserMemory] ulong length) => UserSpan<T>.FromUser(_value, length);

    /// <summary>Whether a program may have a <typeparamref name="T"/> there. Whether it has is for <see cref="AddressSpace{TPlatform}.CheckAccess"/>, or the copy, to say.</summary>
    /// <param name="layout">Which addresses are a program's.</param>
    /// <param name="alignment">Whether the address must be aligned for the type.</param>
    /// <returns>
    /// The range of its bytes; or <see cref="UserMemoryError.OutsideUserRange"/>, <see cref="UserMemoryError.Misaligned"/>.
    /// </returns>
    public Result<VirtRange, UserMemoryError> Check(in AddressLayout layout, UserAlignment alignment)
    {
        UserMemoryError error = UserElement<T>.Check(_value, 1, layout, alignment, out VirtRange range);
        return error == UserMemoryError.None ? range : error;
    }
}
