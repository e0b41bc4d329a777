using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class PageRangeTests
{
    [TestMethod]
    public void Ranges_of_4_KiB_pages_are_enumerated_over_the_edges() => CheckEnumeration<Size4KiB>(4096);

    [TestMethod]
    public void Ranges_of_2_MiB_pages_are_enumerated_over_the_edges() => CheckEnumeration<Size2MiB>(0x20_0000);

    [TestMethod]
    public void Ranges_of_1_GiB_pages_are_enumerated_over_the_edges() => CheckEnumeration<Size1GiB>(0x4000_0000);

    [TestMethod]
    public void The_top_page_can_be_in_a_range()
    {
        Page<Size4KiB> top = Page.Containing(VirtAddr.Create(ulong.MaxValue));
        PageRange<Size4KiB> range = PageRange<Size4KiB>.Create(top, 1);
        Assert.AreEqual(top, range.Last);
        Assert.HasCount(1, Pages(range));
        Assert.IsTrue(range.TryGetBytes(out VirtRange bytes));
        Assert.AreEqual(ulong.MaxValue, bytes.Last.Value);
        Assert.ThrowsExactly<PanicException>(() => PageRange<Size4KiB>.Create(top, 2));
        Assert.IsFalse(PageRange<Size4KiB>.TryCreate(top, 2, AddressWidth.Bits57, out _));
        Assert.IsFalse(PageRange<Size4KiB>.TryCreate(top, ulong.MaxValue, AddressWidth.Bits48, out _));
    }

    [TestMethod]
    public void The_whole_address_space_is_a_range()
    {
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            Page<Size1GiB> top = Page<Size1GiB>.Containing(VirtAddr.Create(ulong.MaxValue));
            Assert.IsTrue(PageRange<Size1GiB>.TryFromInclusive(default, top, width, out PageRange<Size1GiB> all));
            Assert.AreEqual(1UL << (AddressOracle.Bits(width) - 30), all.Count);
            Assert.AreEqual(1UL << AddressOracle.Bits(width), all.ByteCount);
            Assert.AreEqual(width, all.Width);
            Assert.IsFalse(all.TryGetBytes(out _));
        }
    }

    [TestMethod]
    public void A_range_remembers_its_width()
    {
        Page<Size4KiB> lowerEnd = Page.Create(VirtAddr.Create(0x0000_7FFF_FFFF_F000));
        Assert.AreEqual(0xFFFF_8000_0000_0000, PageRange<Size4KiB>.Create(lowerEnd, 2)[1].Start.Value);
        Assert.AreEqual(0x0000_8000_0000_0000UL, PageRange<Size4KiB>.Create(lowerEnd, 2, AddressWidth.Bits57)[1].Start.Value);
        Assert.AreNotEqual(PageRange<Size4KiB>.Create(lowerEnd, 2), PageRange<Size4KiB>.Create(lowerEnd, 2, AddressWidth.Bits57));
    }

    [TestMethod]
    public void A_start_wider_than_the_range_is_refused()
    {
        Page<Size4KiB> wide = Page.Create(VirtAddr.CreateLa57(0x0000_8000_0000_0000));
        Assert.ThrowsExactly<PanicException>(() => PageRange<Size4KiB>.Create(wide, 0));
        Assert.ThrowsExactly<PanicException>(() => PageRange<Size4KiB>.Create(wide, 1));
        Assert.AreEqual(1UL, PageRange<Size4KiB>.Create(wide, 1, AddressWidth.Bits57).Count);
    }

    [TestMethod]
    public void An_empty_range_has_nothing()
    {
        PageRange<Size4KiB> empty = default;
        Assert.IsTrue(empty.IsEmpty);
        Assert.IsEmpty(Pages(empty));
        Assert.IsFalse(empty.Contains(default(Page)));
        Assert.IsFalse(empty.Overlaps(PageRange<Size4KiB>.Create(default, 5)));
        Assert.ThrowsExactly<PanicException>(() => default(PageRange<Size4KiB>).Last);
        Assert.ThrowsExactly<PanicException>(() => default(PageRange<Size4KiB>)[0]);
        Assert.ThrowsExactly<PanicException>(() => default(PageRange<Size4KiB>).GetEnumerator().Current);
        Assert.IsFalse(PageRange<Size4KiB>.TryFromBounds(Numbered(5), Numbered(4), AddressWidth.Bits48, out _));
        Assert.IsFalse(PageRange<Size4KiB>.TryFromInclusive(Numbered(5), Numbered(4), AddressWidth.Bits48, out _));
        Assert.IsTrue(PageRange<Size4KiB>.TryFromBounds(Numbered(5), Numbered(5), AddressWidth.Bits48, out PageRange<Size4KiB> range));
        Assert.IsTrue(range.IsEmpty);
    }

    [TestMethod]
    public void Containment_and_overlap_are_those_of_sets()
    {
        // Around the 48-bit hole: positions -4 to +4, every pair of ranges.
        Page<Size4KiB> origin = Page.Create(VirtAddr.Create(0x0000_7FFF_FFFF_C000));
        var ranges = new List<PageRange<Size4KiB>>();
        for (ulong skip = 0; skip < 8; skip++)
        {
            Assert.IsTrue(origin.TryStepForward(skip, AddressWidth.Bits48, out Page<Size4KiB> start));
            for (ulong count = 0; count < 8; count++)
                ranges.Add(PageRange<Size4KiB>.Create(start, count));
        }

        foreach (PageRange<Size4KiB> left in ranges)
        {
            HashSet<Page<Size4KiB>> pages = [.. Pages(left)];
            foreach (Page<Size4KiB> page in Pages(PageRange<Size4KiB>.Create(origin, 16)))
            {
                Assert.AreEqual(pages.Contains(page), left.Contains(page));
                Assert.AreEqual(pages.Contains(page), left.Contains(page.Range.Last));
            }

            foreach (PageRange<Size4KiB> right in ranges)
            {
                Assert.AreEqual(pages.Overlaps(Pages(right)), left.Overlaps(right), $"{left} {right}");
                Assert.AreEqual(left.Start == right.Start && left.Count == right.Count, left == right);
                Assert.AreEqual(left == right, !(left != right));
                Assert.AreEqual(left == right, left.Equals((object)right));
                if (left == right)
                    Assert.AreEqual(left.GetHashCode(), right.GetHashCode());
            }
        }
    }

    private static Page Numbered(ulong number) => Page.Create(VirtAddr.Create(number * 4096));

    private static List<Page<TSize>> Pages<TSize>(PageRange<TSize> range)
        where TSize : unmanaged, IPageSize
    {
        var pages = new List<Page<TSize>>();
        foreach (Page<TSize> page in range)
            pages.Add(page);
        return pages;
    }

    private static void CheckEnumeration<TSize>(ulong size)
        where TSize : unmanaged, IPageSize
    {
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong start in AddressOracle.EdgeAddresses(reach: 5, unit: size))
            {
                for (ulong count = 0; count < 10; count++)
                    CheckRange(Page<TSize>.Create(VirtAddr.CreateUnchecked(start)), count, size, width);
            }
        }
    }

    private static void CheckRange<TSize>(Page<TSize> start, ulong count, ulong size, AddressWidth width)
        where TSize : unmanaged, IPageSize
    {
        ulong?[] expected = [.. Enumerable.Range(0, (int)count).Select(index => AddressOracle.Step(start.Start.Value, index, size, width))];
        bool valid = AddressOracle.IsCanonical(start.Start.Value, width) && expected.All(address => address.HasValue);
        Assert.AreEqual(valid, PageRange<TSize>.TryCreate(start, count, width, out PageRange<TSize> range), $"{start} {count} {width}");
        if (!valid)
        {
            Assert.AreEqual(default, range);
            return;
        }

        ulong[] actual = [.. Pages(range).Select(page => page.Start.Value)];
        CollectionAssert.AreEqual(expected.Select(address => address.GetValueOrDefault()).ToArray(), actual, $"{start} {count} {width}");
        Assert.AreEqual(count, range.Count);
        Assert.AreEqual(count * size, range.ByteCount);
        if (count == 0)
            return;

        Assert.AreEqual(actual[^1], range.Last.Start.Value);
        Assert.IsTrue(PageRange<TSize>.TryFromInclusive(start, range.Last, width, out PageRange<TSize> same));
        Assert.AreEqual(range, same);
        Assert.IsTrue(PageRange<TSize>.TryFromBounds(start, range.Last, width, out PageRange<TSize> shorter));
        Assert.AreEqual(count - 1, shorter.Count);

        bool inOneHalf = actual[^1] - actual[0] == (count - 1) * size;
        Assert.AreEqual(inOneHalf, range.TryGetBytes(out VirtRange bytes));
        Assert.AreEqual(inOneHalf ? count * size : 0, bytes.Length);
    }
}
