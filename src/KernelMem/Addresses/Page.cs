using System.Diagnostics;
using System.Runtime.CompilerServices;
using KernelMem.Annotations;

namespace KernelMem.Addresses;

/// <summary>
/// A 4 KiB page: the everyday form of <see cref="Page{TSize}"/> of <see cref="Size4KiB"/>, into which it converts and back
/// without loss.
/// </summary>
[DebuggerDisplay("Page {ToString(),nq}")]
public readonly partial struct Page
{
    /// <summary>The size in bytes: 4096.</summary>
    public const ulong Size = 4096;

    private readonly Page<Size4KiB> _page;

    private Page(Page<Size4KiB> page) => _page = page;

    /// <inheritdoc cref="Page{TSize}.Start"/>
    [PreservesValue]
    public VirtAddr Start => _page.Start;

    /// <inheritdoc cref="Page{TSize}.Range"/>
    public VirtRange Range => _page.Range;

    /// <summary>The same page.</summary>
    public static implicit operator Page([PreservesValue] Page<Size4KiB> page) => new(page);

    /// <summary>The same page.</summary>
    public static implicit operator Page<Size4KiB>([PreservesValue] Page page) => page._page;

    /// <summary>The page that starts at <paramref name="start"/>. Panics when that is not a multiple of 4096.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page Create([Aligned(Size), PreservesValue] VirtAddr start) => Page<Size4KiB>.Create(start);

    /// <summary>The page that starts at <paramref name="start"/>, if that is a multiple of 4096.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCreate(VirtAddr start, out Page page)
    {
        bool valid = Page<Size4KiB>.TryCreate(start, out Page<Size4KiB> inner);
        page = inner;
        return valid;
    }

    /// <inheritdoc cref="Page{TSize}.Containing"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page Containing(VirtAddr address) => Page<Size4KiB>.Containing(address);

    /// <inheritdoc cref="Page{TSize}.CreateUnchecked"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page CreateUnchecked([Aligned(Size), PreservesValue] VirtAddr start) => Page<Size4KiB>.CreateUnchecked(start);

    /// <inheritdoc cref="Page{TSize}.Contains"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(VirtAddr address) => _page.Contains(address);

    /// <inheritdoc cref="Page{TSize}.IsCanonical"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCanonical(AddressWidth width) => _page.IsCanonical(width);

    /// <inheritdoc cref="Page{TSize}.TableIndex"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TableIndex TableIndex(PageTableLevel level) => _page.TableIndex(level);

    /// <summary>
    /// The page <paramref name="count"/> pages above. Panics unless page and result are canonical for 48 bits; never jumps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page operator +(Page page, ulong count) => page._page + count;

    /// <summary>The page <paramref name="count"/> pages below. Panics unless page and result are canonical for 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page operator -(Page page, ulong count) => page._page - count;

    /// <summary>
    /// The pages from <paramref name="right"/> up to <paramref name="left"/>. Panics when <paramref name="left"/> is the lower,
    /// or either is not canonical for 48 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong operator -(Page left, Page right) => left._page - right._page;

    /// <inheritdoc cref="Page{TSize}.TryAdd"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ulong count, AddressWidth width, out Page result)
    {
        bool possible = _page.TryAdd(count, width, out Page<Size4KiB> inner);
        result = inner;
        return possible;
    }

    /// <inheritdoc cref="Page{TSize}.TrySubtract"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySubtract(ulong count, AddressWidth width, out Page result)
    {
        bool possible = _page.TrySubtract(count, width, out Page<Size4KiB> inner);
        result = inner;
        return possible;
    }

    /// <inheritdoc cref="Page{TSize}.TryStep"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStep(long count, AddressWidth width, out Page result)
    {
        bool possible = _page.TryStep(count, width, out Page<Size4KiB> inner);
        result = inner;
        return possible;
    }

    /// <inheritdoc cref="Page{TSize}.TryStepForward"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStepForward(ulong count, AddressWidth width, out Page result)
    {
        bool possible = _page.TryStepForward(count, width, out Page<Size4KiB> inner);
        result = inner;
        return possible;
    }

    /// <inheritdoc cref="Page{TSize}.TryStepBackward"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStepBackward(ulong count, AddressWidth width, out Page result)
    {
        bool possible = _page.TryStepBackward(count, width, out Page<Size4KiB> inner);
        result = inner;
        return possible;
    }

    /// <inheritdoc cref="Page{TSize}.TryStepsBetween"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryStepsBetween(Page start, Page end, AddressWidth width, out ulong count) =>
        Page<Size4KiB>.TryStepsBetween(start, end, width, out count);
}
