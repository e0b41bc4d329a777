using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;

namespace KernelMem.Addresses;

/// <summary>
/// A 4 KiB frame: the everyday form of <see cref="Frame{TSize}"/> of <see cref="Size4KiB"/>, into which it converts and back
/// without loss.
/// </summary>
[DebuggerDisplay("Frame {ToString(),nq}")]
public readonly partial struct Frame
{
    /// <summary>The size in bytes: 4096.</summary>
    public const ulong Size = 4096;

    /// <summary>How many frames there are, 2^40: the first number that is none.</summary>
    public const ulong NumberLimit = PhysAddr.Limit / Size;

    private readonly Frame<Size4KiB> _frame;

    private Frame(Frame<Size4KiB> frame) => _frame = frame;

    /// <inheritdoc cref="Frame{TSize}.Start"/>
    [PreservesValue]
    public PhysAddr Start => _frame.Start;

    /// <summary>The page-frame number: the address divided by 4096.</summary>
    public ulong Number => _frame.Number;

    /// <inheritdoc cref="Frame{TSize}.Range"/>
    public PhysRange Range => _frame.Range;

    /// <summary>The same frame.</summary>
    public static implicit operator Frame([PreservesValue] Frame<Size4KiB> frame) => new(frame);

    /// <summary>The same frame.</summary>
    public static implicit operator Frame<Size4KiB>([PreservesValue] Frame frame) => frame._frame;

    /// <summary>The frame that starts at <paramref name="start"/>. Panics when that is not a multiple of 4096.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame Create([Aligned(Size), PreservesValue] PhysAddr start) => Frame<Size4KiB>.Create(start);

    /// <summary>The frame that starts at <paramref name="start"/>, if that is a multiple of 4096.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(PhysAddr start, out Frame frame)
    {
        bool valid = Frame<Size4KiB>.TryCreate(start, out Frame<Size4KiB> inner);
        frame = inner;
        return valid;
    }

    /// <inheritdoc cref="Frame{TSize}.Containing"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame Containing(PhysAddr address) => Frame<Size4KiB>.Containing(address);

    /// <inheritdoc cref="Frame{TSize}.CreateUnchecked"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame CreateUnchecked([Aligned(Size), PreservesValue] PhysAddr start) => Frame<Size4KiB>.CreateUnchecked(start);

    /// <summary>The frame with a page-frame number. Panics at 2^40 and above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame FromNumber(ulong number) => Frame<Size4KiB>.FromNumber(number);

    /// <summary>The frame with a page-frame number, if that is below 2^40.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFromNumber(ulong number, out Frame frame)
    {
        bool valid = Frame<Size4KiB>.TryFromNumber(number, out Frame<Size4KiB> inner);
        frame = inner;
        return valid;
    }

    /// <inheritdoc cref="Frame{TSize}.Contains"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(PhysAddr address) => _frame.Contains(address);

    /// <summary>The frame <paramref name="count"/> frames above. Panics when it would exceed 52 bits of address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame operator +(Frame frame, ulong count) => frame._frame + count;

    /// <summary>The frame <paramref name="count"/> frames below. Panics when it would be below zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame operator -(Frame frame, ulong count) => frame._frame - count;

    /// <summary>
    /// The frames from <paramref name="right"/> up to <paramref name="left"/>. Panics when <paramref name="left"/> is the lower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(Frame left, Frame right) => left._frame - right._frame;

    /// <inheritdoc cref="Frame{TSize}.TryAdd"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong count, out Frame result)
    {
        bool possible = _frame.TryAdd(count, out Frame<Size4KiB> inner);
        result = inner;
        return possible;
    }

    /// <inheritdoc cref="Frame{TSize}.TrySubtract"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong count, out Frame result)
    {
        bool possible = _frame.TrySubtract(count, out Frame<Size4KiB> inner);
        result = inner;
        return possible;
    }
}
