using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>
/// A physical address: at most 52 bits, the architectural limit (Intel SDM Vol. 3A §4.1.4). A processor may implement fewer
/// (CPUID.80000008H:EAX[7:0]); an entry with a bit beyond that faults when it is used.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct PhysAddr
{
    /// <summary>How many bits a physical address can have.</summary>
    public const int MaxBits = 52;

    /// <summary>How many physical addresses there are, 2^52: the first number that is none.</summary>
    public const ulong Limit = 1UL << MaxBits;

    private readonly ulong _value;

    private PhysAddr(ulong value) => _value = value;

    /// <summary>Address zero.</summary>
    public static PhysAddr Zero => default;

    /// <summary>The highest address: 2^52 − 1.</summary>
    public static PhysAddr Max => new(Limit - 1);

    /// <summary>The address as a number, below 2^52.</summary>
    [PreservesValue]
    public ulong Value => _value;

    /// <summary>Whether this is address zero.</summary>
    public bool IsZero => _value == 0;

    /// <summary>An address. Panics at 2^52 and above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysAddr Create([PreservesValue] ulong value)
    {
        if (!TryCreate(value, out PhysAddr address))
            Panic.Now("PhysAddr: more than 52 bits");
        return address;
    }

    /// <summary>An address, if <paramref name="value"/> is below 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(ulong value, out PhysAddr address)
    {
        bool valid = value < Limit;
        address = valid ? new PhysAddr(value) : default;
        return valid;
    }

    /// <summary>The address in bits 51:0 of <paramref name="value"/>; the others are dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysAddr CreateTruncated(ulong value) => new(value & (Limit - 1));

    /// <summary>An address that the caller knows to be below 2^52: nothing is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysAddr CreateUnchecked([PreservesValue] ulong value) => new(value);

    /// <summary>The byte in a frame of <typeparamref name="TSize"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OffsetIn<TSize>()
        where TSize : unmanaged, IPageSize => _value & (TSize.Bytes - 1);

    /// <summary>Whether the address is a multiple of <paramref name="alignment"/>. Panics unless that is a power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAligned([PowerOfTwo] ulong alignment)
    {
        Panic.Assert(Alignment.IsValid(alignment), "PhysAddr.IsAligned: the alignment is not a power of two");
        return (_value & (alignment - 1)) == 0;
    }

    /// <summary>
    /// Rounds up to a multiple of <paramref name="alignment"/> bytes. Panics unless that is a power of two and the result is
    /// below 2^52.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhysAddr AlignUp([PowerOfTwo] ulong alignment)
    {
        if (!TryAlignUp(alignment, out PhysAddr result))
            Panic.Now("PhysAddr.AlignUp: no power of two, or the result exceeds 52 bits");
        return result;
    }

    /// <summary>Rounds up to a multiple of <paramref name="alignment"/> bytes.</summary>
    /// <returns>False when the alignment is not a power of two or the result reaches 2^52.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAlignUp([PowerOfTwo] ulong alignment, out PhysAddr result)
    {
        bool possible = Alignment.TryAlignUp(_value, alignment, out ulong rounded);
        return TryCreate(rounded, out result) && possible;
    }

    /// <summary>Rounds down to a multiple of <paramref name="alignment"/> bytes. Panics unless that is a power of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhysAddr AlignDown([PowerOfTwo] ulong alignment)
    {
        if (!TryAlignDown(alignment, out PhysAddr result))
            Panic.Now("PhysAddr.AlignDown: the alignment is not a power of two");
        return result;
    }

    /// <summary>Rounds down to a multiple of <paramref name="alignment"/> bytes.</summary>
    /// <returns>False when the alignment is not a power of two.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAlignDown([PowerOfTwo] ulong alignment, out PhysAddr result)
    {
        bool possible = Alignment.TryAlignDown(_value, alignment, out ulong rounded);
        result = new PhysAddr(rounded);
        return possible;
    }
}
