using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Addresses;

/// <summary>A page: a naturally aligned piece of virtual memory of the size <typeparamref name="TSize"/>.</summary>
/// <remarks>
/// As with <see cref="VirtAddr"/>, the operators are exact and mean 48 bits; stepping takes a width, jumps the hole and stops
/// at the top.
/// </remarks>
/// <typeparam name="TSize">The size.</typeparam>
[DebuggerDisplay("Page {ToString(),nq}")]
public readonly partial struct Page<TSize>
    where TSize : unmanaged, IPageSize
{
    private readonly ulong _value;

    private Page(ulong value) => _value = value;

    /// <summary>The address of the first byte.</summary>
    [PreservesValue]
    public VirtAddr Start => VirtAddr.CreateUnchecked(_value);

    /// <summary>All bytes of the page.</summary>
    public VirtRange Range => VirtRange.CreateUnchecked(Start, TSize.Bytes);

    /// <summary>The page that starts at <paramref name="start"/>. Panics when that is not aligned to the size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> Create([Aligned(nameof(TSize)), PreservesValue] VirtAddr start)
    {
        if (!TryCreate(start, out Page<TSize> page))
            Panic.Now("Page: the address is not aligned to the page size");
        return page;
    }

    /// <summary>The page that starts at <paramref name="start"/>, if that is aligned to the size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(VirtAddr start, out Page<TSize> page)
    {
        bool valid = start.OffsetIn<TSize>() == 0;
        page = valid ? new Page<TSize>(start.Value) : default;
        return valid;
    }

    /// <summary>The page that <paramref name="address"/> lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> Containing(VirtAddr address) => new(address.Value & ~(TSize.Bytes - 1));

    /// <summary>The page that starts at an address which the caller knows to be aligned: nothing is checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> CreateUnchecked([Aligned(nameof(TSize)), PreservesValue] VirtAddr start) => new(start.Value);

    /// <summary>Whether <paramref name="address"/> lies in the page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(VirtAddr address) => Containing(address) == this;

    /// <summary>Whether the page is canonical for <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCanonical(AddressWidth width) => Canonical.IsCanonical(_value, width);

    /// <summary>The entry that the page's address selects in the table of <paramref name="level"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableIndex TableIndex(PageTableLevel level) => Start.TableIndex(level);

    /// <summary>
    /// The page <paramref name="count"/> pages above. Panics unless page and result are canonical for 48 bits; never jumps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> operator +(Page<TSize> page, ulong count)
    {
        if (!page.TryAdd(count, AddressWidth.Bits48, out Page<TSize> result))
            Panic.Now("Page +: not canonical for 48 bits");
        return result;
    }

    /// <summary>The page <paramref name="count"/> pages below. Panics unless page and result are canonical for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> operator -(Page<TSize> page, ulong count)
    {
        if (!page.TrySubtract(count, AddressWidth.Bits48, out Page<TSize> result))
            Panic.Now("Page -: not canonical for 48 bits");
        return result;
    }

    /// <summary>
    /// The pages from <paramref name="right"/> up to <paramref name="left"/>, so that <c>right + (left - right) == left</c>.
    /// Panics when <paramref name="left"/> is the lower, or either is not canonical for 48 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(Page<TSize> left, Page<TSize> right) => (left.Start - right.Start) >> TSize.Shift;

    /// <summary>The page <paramref name="count"/> pages above, exactly.</summary>
    /// <returns>False when page or result is not canonical for <paramref name="width"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong count, AddressWidth width, out Page<TSize> result)
    {
        VirtAddr sum = default;
        bool possible = count <= ulong.MaxValue >> TSize.Shift && Start.TryAdd(count << TSize.Shift, width, out sum);
        result = CreateUnchecked(sum);
        return possible;
    }

    /// <summary>The page <paramref name="count"/> pages below, exactly.</summary>
    /// <returns>False when page or result is not canonical for <paramref name="width"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong count, AddressWidth width, out Page<TSize> result)
    {
        VirtAddr difference = default;
        bool possible = count <= ulong.MaxValue >> TSize.Shift && Start.TrySubtract(count << TSize.Shift, width, out difference);
        result = CreateUnchecked(difference);
        return possible;
    }

    /// <summary>Steps over <paramref name="count"/> pages: forward when positive, backward when negative.</summary>
    /// <returns>False when the page is not canonical for the width, or the step passes an end of the address space.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStep(long count, AddressWidth width, out Page<TSize> result) =>
        count < 0
            ? TryStepBackward(Canonical.Magnitude(count), width, out result)
            : TryStepForward((ulong)count, width, out result);

    /// <summary>
    /// Steps forward over <paramref name="count"/> pages: after the last of the lower half comes the first of the upper.
    /// </summary>
    /// <returns>False when the page is not canonical for the width, or the step passes the top; nothing wraps.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStepForward(ulong count, AddressWidth width, out Page<TSize> result)
    {
        bool possible = Canonical.TryStepForward(_value, count, TSize.Shift, width, out ulong value);
        result = new Page<TSize>(value);
        return possible;
    }

    /// <summary>Steps backward over <paramref name="count"/> pages.</summary>
    /// <returns>False when the page is not canonical for the width, or the step passes zero; nothing wraps.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStepBackward(ulong count, AddressWidth width, out Page<TSize> result)
    {
        bool possible = Canonical.TryStepBackward(_value, count, TSize.Shift, width, out ulong value);
        result = new Page<TSize>(value);
        return possible;
    }

    /// <summary>The number of steps from <paramref name="start"/> to <paramref name="end"/>, the hole not counted.</summary>
    /// <returns>False when either is not canonical for <paramref name="width"/>, or <paramref name="end"/> is the lower.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryStepsBetween(Page<TSize> start, Page<TSize> end, AddressWidth width, out ulong count) =>
        Canonical.TryStepsBetween(start._value, end._value, TSize.Shift, width, out count);
}
