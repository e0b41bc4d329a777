using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>A frame: a naturally aligned piece of physical memory of the size <typeparamref name="TSize"/>.</summary>
/// <typeparam name="TSize">The size.</typeparam>
[DebuggerDisplay("Frame {ToString(),nq}")]
public readonly partial struct Frame<TSize>
    where TSize : unmanaged, IPageSize
{
    private readonly ulong _value;

    private Frame(ulong value) => _value = value;

    /// <summary>How many frames of this size there are: the first number that is none.</summary>
    public static ulong NumberLimit => PhysAddr.Limit >> TSize.Shift;

    /// <summary>The address of the first byte.</summary>
    [PreservesValue]
    public PhysAddr Start => PhysAddr.CreateUnchecked(_value);

    /// <summary>The frame's place among the frames of its size: its address divided by the size.</summary>
    public ulong Number => _value >> TSize.Shift;

    /// <summary>All bytes of the frame.</summary>
    public PhysRange Range => PhysRange.CreateUnchecked(Start, TSize.Bytes);

    /// <summary>The frame that starts at <paramref name="start"/>. Panics when that is not aligned to the size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> Create([Aligned(nameof(TSize)), PreservesValue] PhysAddr start)
    {
        if (!TryCreate(start, out Frame<TSize> frame))
            Panic.Now("Frame: the address is not aligned to the frame size");
        return frame;
    }

    /// <summary>The frame that starts at <paramref name="start"/>, if that is aligned to the size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(PhysAddr start, out Frame<TSize> frame)
    {
        bool valid = start.OffsetIn<TSize>() == 0;
        frame = valid ? new Frame<TSize>(start.Value) : default;
        return valid;
    }

    /// <summary>The frame that <paramref name="address"/> lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> Containing(PhysAddr address) => new(address.Value & ~(TSize.Bytes - 1));

    /// <summary>The frame that starts at an address which the caller knows to be aligned: nothing is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> CreateUnchecked([Aligned(nameof(TSize)), PreservesValue] PhysAddr start) => new(start.Value);

    /// <summary>The frame with a number. Panics at <see cref="NumberLimit"/> and above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> FromNumber(ulong number)
    {
        if (!TryFromNumber(number, out Frame<TSize> frame))
            Panic.Now("Frame: the number exceeds 52 bits of address");
        return frame;
    }

    /// <summary>The frame with a number, if that is below <see cref="NumberLimit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFromNumber(ulong number, out Frame<TSize> frame)
    {
        bool valid = number < NumberLimit;
        frame = valid ? new Frame<TSize>(number << TSize.Shift) : default;
        return valid;
    }

    /// <summary>Whether <paramref name="address"/> lies in the frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(PhysAddr address) => Containing(address) == this;

    /// <summary>The frame <paramref name="count"/> frames above. Panics when it would exceed 52 bits of address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> operator +(Frame<TSize> frame, ulong count)
    {
        if (!frame.TryAdd(count, out Frame<TSize> result))
            Panic.Now("Frame +: exceeds 52 bits");
        return result;
    }

    /// <summary>The frame <paramref name="count"/> frames below. Panics when it would be below zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> operator -(Frame<TSize> frame, ulong count)
    {
        if (!frame.TrySubtract(count, out Frame<TSize> result))
            Panic.Now("Frame -: below zero");
        return result;
    }

    /// <summary>
    /// The frames from <paramref name="right"/> up to <paramref name="left"/>. Panics when <paramref name="left"/> is the lower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(Frame<TSize> left, Frame<TSize> right) => (left.Start - right.Start) >> TSize.Shift;

    /// <summary>The frame <paramref name="count"/> frames above.</summary>
    /// <returns>False when it would exceed 52 bits of address.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong count, out Frame<TSize> result)
    {
        bool possible = Number < NumberLimit && count < NumberLimit - Number;
        result = possible ? new Frame<TSize>((Number + count) << TSize.Shift) : default;
        return possible;
    }

    /// <summary>The frame <paramref name="count"/> frames below.</summary>
    /// <returns>False when it would be below zero.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong count, out Frame<TSize> result)
    {
        bool possible = count <= Number;
        result = possible ? new Frame<TSize>((Number - count) << TSize.Shift) : default;
        return possible;
    }
}
