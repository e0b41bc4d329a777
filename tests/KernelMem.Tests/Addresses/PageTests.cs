using System.Collections.Generic;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class PageTests
{
    [TestMethod]
    public void Pages_of_4_KiB_keep_the_laws() => CheckSize<Size4KiB>(4096);

    [TestMethod]
    public void Pages_of_2_MiB_keep_the_laws() => CheckSize<Size2MiB>(0x20_0000);

    [TestMethod]
    public void Pages_of_1_GiB_keep_the_laws() => CheckSize<Size1GiB>(0x4000_0000);

    [TestMethod]
    public void A_page_starts_at_a_multiple_of_its_size()
    {
        Assert.AreEqual(0x20_0000UL, Page<Size2MiB>.Create(VirtAddr.Create(0x20_0000)).Start.Value);
        Assert.ThrowsExactly<PanicException>(() => Page<Size2MiB>.Create(VirtAddr.Create(0x20_1000)));
        Assert.ThrowsExactly<PanicException>(() => Page.Create(VirtAddr.Create(0x1008)));
        Assert.IsFalse(Page.TryCreate(VirtAddr.Create(0x1008), out _));
        Assert.IsTrue(Page.TryCreate(VirtAddr.Create(0x1000), out Page page));
        Assert.AreEqual(0x1000UL, page.Start.Value);
        Assert.AreEqual(0x1000UL, Page.CreateUnchecked(VirtAddr.Create(0x1000)).Start.Value);
    }

    [TestMethod]
    public void The_plain_form_is_the_4_KiB_form() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.Number), sample =>
        {
            ((VirtAddr address, AddressWidth width), ulong count) = sample;
            Page plain = Page.Containing(address);
            Page<Size4KiB> sized = plain;
            Page back = sized;
            (Page a, Page<Size4KiB> b) = (default, default);
            return back == plain
                && plain == sized
                && sized == plain
                && !(plain != sized)
                && !(sized != plain)
                && plain.Start == sized.Start
                && plain.Range == sized.Range
                && plain.Range.Length == Page.Size
                && plain.Contains(address)
                && plain.IsCanonical(AddressWidth.Bits48) == sized.IsCanonical(AddressWidth.Bits48)
                && plain.TryStep((long)count, width, out a) == sized.TryStep((long)count, width, out b)
                && a == b
                && plain.TryStepForward(count, width, out a) == sized.TryStepForward(count, width, out b)
                && a == b
                && plain.TryStepBackward(count, width, out a) == sized.TryStepBackward(count, width, out b)
                && a == b
                && plain.TryAdd(count, width, out a) == sized.TryAdd(count, width, out b)
                && a == b
                && plain.TrySubtract(count, width, out a) == sized.TrySubtract(count, width, out b)
                && a == b
                && SameDistance(plain, sized, width);
        });

    [TestMethod]
    public void Operators_mean_48_bits_and_never_jump()
    {
        Page lowerEnd = Page.Create(VirtAddr.Create(0x0000_7FFF_FFFF_F000));
        Page upperStart = Page.Create(VirtAddr.Create(0xFFFF_8000_0000_0000));
        Page wide = Page.Create(VirtAddr.CreateLa57(0x0000_8000_0000_0000));
        Page top = Page.Containing(VirtAddr.Create(ulong.MaxValue));

        Assert.AreEqual(lowerEnd, lowerEnd - 7 + 7);
        Assert.AreEqual(7UL, lowerEnd - (lowerEnd - 7));
        Assert.ThrowsExactly<PanicException>(() => lowerEnd + 1);
        Assert.ThrowsExactly<PanicException>(() => upperStart - 1);
        Assert.ThrowsExactly<PanicException>(() => top + 1);
        Assert.ThrowsExactly<PanicException>(() => default(Page) - 1);
        Assert.ThrowsExactly<PanicException>(() => wide + 0);
        Assert.ThrowsExactly<PanicException>(() => wide - lowerEnd);
        Assert.ThrowsExactly<PanicException>(() => lowerEnd + (1UL << 52));
        Assert.ThrowsExactly<PanicException>(() => lowerEnd - (1UL << 52));
    }

    [TestMethod]
    public void The_order_is_that_of_the_addresses() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.Virtual), sample =>
            OrderHolds(Page.Containing(sample.First.Address), Page.Containing(sample.Second.Address))
            && OrderHolds(Page<Size2MiB>.Containing(sample.First.Address), Page<Size2MiB>.Containing(sample.Second.Address)));

    private static bool SameDistance(Page plain, Page<Size4KiB> sized, AddressWidth width) =>
        Page.TryStepsBetween(default, plain, width, out ulong one) == Page<Size4KiB>.TryStepsBetween(default, sized, width, out ulong other)
        && one == other;

    private static bool OrderHolds(Page left, Page right)
    {
        (ulong l, ulong r) = (left.Start.Value, right.Start.Value);
        return Order.Agrees(l, r, left.CompareTo(right), left.Equals(right), left.GetHashCode() == right.GetHashCode())
            && left.Equals((object)right) == (l == r)
            && (left < right) == (l < r)
            && (left <= right) == (l <= r)
            && (left > right) == (l > r)
            && (left >= right) == (l >= r)
            && (left == right) == (l == r)
            && (left != right) == (l != r);
    }

    private static bool OrderHolds<TSize>(Page<TSize> left, Page<TSize> right)
        where TSize : unmanaged, IPageSize
    {
        (ulong l, ulong r) = (left.Start.Value, right.Start.Value);
        return Order.Agrees(l, r, left.CompareTo(right), left.Equals(right), left.GetHashCode() == right.GetHashCode())
            && left.Equals((object)right) == (l == r)
            && (left < right) == (l < r)
            && (left <= right) == (l <= r)
            && (left > right) == (l > r)
            && (left >= right) == (l >= r)
            && (left == right) == (l == r)
            && (left != right) == (l != r);
    }

    private static void CheckSize<TSize>(ulong size)
        where TSize : unmanaged, IPageSize
    {
        List<ulong> starts = AddressOracle.EdgeAddresses(reach: 6, unit: size);
        List<ulong> counts = AddressOracle.EdgeAddresses(reach: 14, unit: 1);
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            ulong pages = (1UL << AddressOracle.Bits(width)) / size;
            counts.AddRange([pages / 2 - 1, pages / 2, pages / 2 + 1, pages - 1, pages, pages + 1]);
        }

        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong start in starts)
            {
                Page<TSize> page = Page<TSize>.Create(VirtAddr.CreateUnchecked(start));
                foreach (ulong count in counts)
                    CheckStep(page, count, size, width);
                foreach (ulong end in starts)
                    CheckPair(page, Page<TSize>.Create(VirtAddr.CreateUnchecked(end)), size, width);
            }
        }

        CheckBytes<TSize>(size);
    }

    private static void CheckStep<TSize>(Page<TSize> page, ulong count, ulong size, AddressWidth width)
        where TSize : unmanaged, IPageSize
    {
        string what = $"{page} by {count:x}, {width}";
        ulong? expected = AddressOracle.Step(page.Start.Value, count, size, width);
        Assert.AreEqual(expected.HasValue, page.TryStepForward(count, width, out Page<TSize> result), what);
        Assert.AreEqual(expected.GetValueOrDefault(), result.Start.Value, what);

        expected = AddressOracle.Step(page.Start.Value, -new BigInteger(count), size, width);
        Assert.AreEqual(expected.HasValue, page.TryStepBackward(count, width, out result), what);
        Assert.AreEqual(expected.GetValueOrDefault(), result.Start.Value, what);

        expected = AddressOracle.Step(page.Start.Value, (long)count, size, width);
        Assert.AreEqual(expected.HasValue, page.TryStep((long)count, width, out result), what);
        Assert.AreEqual(expected.GetValueOrDefault(), result.Start.Value, what);

        expected = AddressOracle.Add(page.Start.Value, new BigInteger(count) * size, width);
        Assert.AreEqual(expected.HasValue, page.TryAdd(count, width, out result), what);
        Assert.AreEqual(expected.GetValueOrDefault(), result.Start.Value, what);

        expected = AddressOracle.Add(page.Start.Value, -new BigInteger(count) * size, width);
        Assert.AreEqual(expected.HasValue, page.TrySubtract(count, width, out result), what);
        Assert.AreEqual(expected.GetValueOrDefault(), result.Start.Value, what);
    }

    private static void CheckPair<TSize>(Page<TSize> start, Page<TSize> end, ulong size, AddressWidth width)
        where TSize : unmanaged, IPageSize
    {
        ulong? expected = AddressOracle.Steps(start.Start.Value, end.Start.Value, size, width);
        Assert.AreEqual(expected.HasValue, Page<TSize>.TryStepsBetween(start, end, width, out ulong steps), $"{start} to {end}");
        Assert.AreEqual(expected.GetValueOrDefault(), steps, $"{start} to {end}");
    }

    private static void CheckBytes<TSize>(ulong size)
        where TSize : unmanaged, IPageSize =>
        Arbitrary.Check(Arbitrary.Virtual, sample =>
        {
            VirtAddr address = sample.Address;
            Page<TSize> page = Page<TSize>.Containing(address);
            ulong start = address.Value / size * size;
            return page.Start.Value == start
                && page.IsCanonical(sample.Width)
                && page.Contains(address)
                && page.Contains(VirtAddr.CreateUnchecked(start + (size - 1)))
                && !page.Contains(VirtAddr.CreateUnchecked(unchecked(start + size)))
                && !page.Contains(VirtAddr.CreateUnchecked(unchecked(start - 1)))
                && page.Range.Start.Value == start
                && page.Range.Last.Value == start + (size - 1)
                && Page<TSize>.TryCreate(address, out Page<TSize> exact) == (address.Value == start)
                && (address.Value != start || exact == page)
                && Page<TSize>.CreateUnchecked(page.Start) == page;
        });
}
