using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>
/// A virtual address, canonical for 48-bit or 57-bit paging (Intel SDM Vol. 1 §3.3.7.1).
/// </summary>
/// <remarks>
/// <para>A 48-bit canonical address is canonical under LA57 too, so the plain constructors make those; the ones named
/// <c>La57</c> accept the rest. Members that do not take an <see cref="AddressWidth"/> mean 48 bits.</para>
/// <para>There are two arithmetics. <b>Adding</b> (<c>+</c>, <see cref="TryAdd(ulong, out VirtAddr)"/>) is exact: a sum in
/// the hole is a failure, because no object spans it. <b>Stepping</b>
/// (<see cref="TryStepForward(ulong, AddressWidth, out VirtAddr)"/>) counts canonical addresses only, so it jumps the hole
/// and stops at the top without wrapping.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct VirtAddr
{
    private readonly ulong _value;

    private VirtAddr(ulong value) => _value = value;

    /// <summary>Address zero.</summary>
    public static VirtAddr Zero => default;

    /// <summary>The address as a number.</summary>
    [PreservesValue]
    public ulong Value => _value;

    /// <summary>Whether this is address zero.</summary>
    public bool IsZero => _value == 0;

    /// <summary>An address. Panics unless it is canonical for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr Create([CanonicalAddress(48), PreservesValue] ulong value)
    {
        if (!TryCreate(value, out VirtAddr address))
            Panic.Now("VirtAddr: not canonical for 48 bits");
        return address;
    }

    /// <summary>An address. Panics unless it is canonical for 57 bits (as every 48-bit one is).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr CreateLa57([CanonicalAddress(57), PreservesValue] ulong value)
    {
        if (!TryCreateLa57(value, out VirtAddr address))
            Panic.Now("VirtAddr: not canonical for 57 bits");
        return address;
    }

    /// <summary>An address, if <paramref name="value"/> is canonical for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate([PreservesValue] ulong value, out VirtAddr address) => TryCreate(value, AddressWidth.Bits48, out address);

    /// <summary>An address, if <paramref name="value"/> is canonical for 57 bits (as every 48-bit one is).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreateLa57([PreservesValue] ulong value, out VirtAddr address) => TryCreate(value, AddressWidth.Bits57, out address);

    /// <summary>An address, if <paramref name="value"/> is canonical for <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate([PreservesValue] ulong value, AddressWidth width, out VirtAddr address)
    {
        bool valid = Canonical.IsCanonical(value, width);
        address = valid ? new VirtAddr(value) : default;
        return valid;
    }

    /// <summary>The 48-bit address in bits 47:0 of <paramref name="value"/>: bits 63:48 are replaced by copies of bit 47.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr CreateTruncated(ulong value) => new(Canonical.SignExtend(value, AddressWidth.Bits48));

    /// <summary>The 57-bit address in bits 56:0 of <paramref name="value"/>: bits 63:57 are replaced by copies of bit 56.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr CreateTruncatedLa57(ulong value) => new(Canonical.SignExtend(value, AddressWidth.Bits57));

    /// <summary>An address that the caller knows to be canonical: nothing is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VirtAddr CreateUnchecked([CanonicalAddress(57), PreservesValue] ulong value) => new(value);

    /// <summary>The address of a pointer. Panics unless it is canonical for 57 bits. The pointer is not read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe VirtAddr FromPointer([CanonicalAddress(57), PreservesValue] void* pointer) => CreateLa57((ulong)pointer);

    /// <summary>A pointer to this address, in the address space that is current where it is used.</summary>
    [PreservesValue]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void* ToPointer() => (void*)_value;

    /// <summary>A typed pointer to this address. Whether it is aligned for <typeparamref name="T"/> is the caller's care.</summary>
    [PreservesValue]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe T* ToPointer<T>()
        where T : unmanaged => (T*)_value;

    /// <summary>Whether the address is canonical for <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCanonical(AddressWidth width) => Canonical.IsCanonical(_value, width);

    /// <summary>Whether the address is a multiple of <paramref name="alignment"/>. Panics unless that is a power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAligned([PowerOfTwo] ulong alignment)
    {
        Panic.Assert(Alignment.IsValid(alignment), "VirtAddr.IsAligned: the alignment is not a power of two");
        return (_value & (alignment - 1)) == 0;
    }

    /// <summary>
    /// Rounds up to a multiple of <paramref name="alignment"/> bytes. Panics unless that is a power of two and the result is
    /// canonical for 48 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtAddr AlignUp([PowerOfTwo] ulong alignment)
    {
        if (!TryAlignUp(alignment, out VirtAddr result))
            Panic.Now("VirtAddr.AlignUp: no power of two, or the result is not canonical for 48 bits");
        return result;
    }

    /// <summary>As <see cref="TryAlignUp(ulong, AddressWidth, out VirtAddr)"/>, for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAlignUp([PowerOfTwo] ulong alignment, out VirtAddr result) => TryAlignUp(alignment, AddressWidth.Bits48, out result);

    /// <summary>Rounds up to a multiple of <paramref name="alignment"/> bytes.</summary>
    /// <returns>
    /// False when the alignment is not a power of two, the result exceeds 64 bits, or the result falls into the hole: rounding
    /// never jumps to the upper half.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAlignUp([PowerOfTwo] ulong alignment, AddressWidth width, out VirtAddr result)
    {
        bool possible = Alignment.TryAlignUp(_value, alignment, out ulong rounded);
        return TryCreate(rounded, width, out result) && possible;
    }

    /// <summary>
    /// Rounds down to a multiple of <paramref name="alignment"/> bytes. Panics where
    /// <see cref="TryAlignDown(ulong, out VirtAddr)"/> says false.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public VirtAddr AlignDown([PowerOfTwo] ulong alignment)
    {
        if (!TryAlignDown(alignment, out VirtAddr result))
            Panic.Now("VirtAddr.AlignDown: no power of two, or the result is not canonical");
        return result;
    }

    /// <summary>Rounds down to a multiple of <paramref name="alignment"/> bytes.</summary>
    /// <returns>
    /// False when the alignment is not a power of two, or is so great (above half the address space) that the result falls
    /// into the hole. Needs no width: what was canonical for 48 bits stays so.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAlignDown([PowerOfTwo] ulong alignment, out VirtAddr result)
    {
        AddressWidth width = IsCanonical(AddressWidth.Bits48) ? AddressWidth.Bits48 : AddressWidth.Bits57;
        bool possible = Alignment.TryAlignDown(_value, alignment, out ulong rounded);
        return TryCreate(rounded, width, out result) && possible;
    }
}
