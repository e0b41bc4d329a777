using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class ByteRangeTests
{
    private const ulong Limit = 1UL << 52;

    [TestMethod]
    public void A_physical_range_ends_at_52_bits_at_the_latest()
    {
        for (ulong distance = 1; distance < 50; distance++)
        {
            for (ulong length = 0; length < 60; length++)
            {
                PhysAddr start = PhysAddr.Create(Limit - distance);
                Assert.AreEqual(length <= distance, PhysRange.TryCreate(start, length, out PhysRange range));
                Assert.AreEqual(length <= distance ? Limit - distance + length : 0, range.EndExclusive);
                Assert.AreEqual(length <= distance, PhysRange.TryFromBounds(start.Value, start.Value + length, out PhysRange same));
                Assert.AreEqual(range, same);
            }
        }

        Assert.AreEqual(Limit, PhysRange.Create(PhysAddr.Zero, Limit).Length);
        Assert.AreEqual(PhysAddr.Max, PhysRange.Create(PhysAddr.Zero, Limit).Last);
        Assert.IsFalse(PhysRange.TryCreate(PhysAddr.Create(1), ulong.MaxValue, out _));
        Assert.IsFalse(PhysRange.TryFromBounds(5, 4, out _));
        Assert.IsFalse(PhysRange.TryFromBounds(Limit, Limit, out _));
        Assert.ThrowsExactly<PanicException>(() => PhysRange.Create(PhysAddr.Max, 2));
        Assert.ThrowsExactly<PanicException>(() => PhysRange.FromBounds(PhysAddr.Create(5), PhysAddr.Create(4)));
        Assert.AreEqual(PhysRange.Create(PhysAddr.Create(4), 1), PhysRange.FromBounds(PhysAddr.Create(4), PhysAddr.Create(5)));
    }

    [TestMethod]
    public void A_virtual_range_stays_in_its_half()
    {
        ulong[] lengths = [0, 1, 2, 5, 19, 20, 21, 40, 1UL << 46, 1UL << 47, (1UL << 47) + 1, 1UL << 56, (1UL << 56) + 1, 1UL << 63, ulong.MaxValue];
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong start in AddressOracle.EdgeAddresses(reach: 20, unit: 1))
            {
                foreach (ulong length in lengths)
                {
                    BigInteger last = new BigInteger(start) + length - 1;
                    bool valid = AddressOracle.IsCanonical(start, width)
                        && (length == 0 || (AddressOracle.IsCanonical(last, width) && length <= AddressOracle.Half(width)));
                    VirtAddr address = VirtAddr.CreateUnchecked(start);
                    Assert.AreEqual(valid, VirtRange.TryCreate(address, length, width, out VirtRange range), $"{start:x} {length:x} {width}");
                    Assert.AreEqual(valid ? length : 0, range.Length);
                    Assert.AreEqual(valid, VirtRange.CreateUnchecked(address, length).IsCanonical(width));
                    if (valid && length != 0)
                        Assert.AreEqual((ulong)last, range.Last.Value);
                }
            }
        }
    }

    [TestMethod]
    public void Virtual_ranges_panic_at_the_hole_of_their_width()
    {
        VirtAddr lowerEnd = VirtAddr.Create(0x0000_7FFF_FFFF_FFFF);
        Assert.AreEqual(lowerEnd, VirtRange.Create(lowerEnd, 1).Last);
        Assert.ThrowsExactly<PanicException>(() => VirtRange.Create(lowerEnd, 2));
        Assert.AreEqual(2UL, VirtRange.CreateLa57(lowerEnd, 2).Length);
        Assert.ThrowsExactly<PanicException>(() => VirtRange.CreateLa57(VirtAddr.CreateLa57(0x00FF_FFFF_FFFF_FFFF), 2));
        Assert.ThrowsExactly<PanicException>(() => VirtRange.FromBounds(lowerEnd, VirtAddr.Create(0xFFFF_8000_0000_0000)));
        Assert.ThrowsExactly<PanicException>(() => VirtRange.FromBounds(lowerEnd, VirtAddr.Zero));
        Assert.AreEqual(VirtRange.Create(VirtAddr.Create(3), 4), VirtRange.FromBounds(VirtAddr.Create(3), VirtAddr.Create(7)));
        Assert.IsTrue(VirtRange.TryCreate(lowerEnd, 1, out _));
        Assert.IsFalse(VirtRange.TryCreate(lowerEnd, 2, out _));
    }

    [TestMethod]
    public void Physical_ranges_are_sets_of_addresses()
    {
        // All ranges in the first and in the last eight bytes.
        foreach (ulong origin in new ulong[] { 0UL, Limit - 8 })
        {
            List<PhysRange> ranges = [.. from skip in Enumerable.Range(0, 8)
                                         from length in Enumerable.Range(0, 9 - skip)
                                         select PhysRange.Create(PhysAddr.Create(origin + (ulong)skip), (ulong)length)];
            foreach (PhysRange left in ranges)
            {
                HashSet<ulong> bytes = Bytes(left);
                Assert.HasCount((int)left.Length, bytes);
                for (ulong offset = 0; offset < 8; offset++)
                    Assert.AreEqual(bytes.Contains(origin + offset), left.Contains(PhysAddr.Create(origin + offset)));
                foreach (PhysRange right in ranges)
                {
                    HashSet<ulong> others = Bytes(right);
                    bool overlap = bytes.Overlaps(others);
                    Assert.AreEqual(overlap, left.Overlaps(right), $"{left} {right}");
                    Assert.AreEqual(overlap, left.TryIntersect(right, out PhysRange common));
                    Assert.IsTrue(Bytes(common).SetEquals(bytes.Intersect(others)), $"{left} {right}");
                    Assert.AreEqual(others.IsSubsetOf(bytes), left.Contains(right), $"{left} {right}");
                    Assert.AreEqual(left.Start == right.Start && left.Length == right.Length, left == right);
                    Assert.AreEqual(left == right, !(left != right));
                    Assert.AreEqual(left == right, left.Equals((object)right));
                }
            }
        }
    }

    [TestMethod]
    public void Virtual_ranges_are_sets_of_addresses()
    {
        // All ranges in eight bytes at both ends of both halves.
        foreach (ulong origin in new ulong[] { 0UL, 0x0000_7FFF_FFFF_FFF8, 0xFFFF_8000_0000_0000, 0xFFFF_FFFF_FFFF_FFF8 })
        {
            List<VirtRange> ranges = [.. from skip in Enumerable.Range(0, 8)
                                         from length in Enumerable.Range(0, 9 - skip)
                                         select VirtRange.Create(VirtAddr.Create(origin + (ulong)skip), (ulong)length)];
            foreach (VirtRange left in ranges)
            {
                HashSet<ulong> bytes = Bytes(left);
                Assert.HasCount((int)left.Length, bytes);
                for (ulong offset = 0; offset < 8; offset++)
                    Assert.AreEqual(bytes.Contains(origin + offset), left.Contains(VirtAddr.Create(origin + offset)));
                foreach (VirtRange right in ranges)
                {
                    HashSet<ulong> others = Bytes(right);
                    bool overlap = bytes.Overlaps(others);
                    Assert.AreEqual(overlap, left.Overlaps(right), $"{left} {right}");
                    Assert.AreEqual(overlap, left.TryIntersect(right, out VirtRange common));
                    Assert.IsTrue(Bytes(common).SetEquals(bytes.Intersect(others)), $"{left} {right}");
                    Assert.AreEqual(others.IsSubsetOf(bytes), left.Contains(right), $"{left} {right}");
                    Assert.AreEqual(left.Start == right.Start && left.Length == right.Length, left == right);
                    Assert.AreEqual(left == right, !(left != right));
                    Assert.AreEqual(left == right, left.Equals((object)right));
                }
            }
        }
    }

    [TestMethod]
    public void Frames_inside_and_touched_are_those_of_the_definition() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Number), sample =>
        {
            (PhysAddr start, ulong length) = sample;
            length = Math.Min(length, Limit - start.Value);
            PhysRange range = PhysRange.Create(start, length);
            return FramesHold<Size4KiB>(range, 4096) && FramesHold<Size2MiB>(range, 0x20_0000) && FramesHold<Size1GiB>(range, 0x4000_0000);
        });

    [TestMethod]
    public void Pages_inside_and_touched_are_those_of_the_definition() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.Number), sample =>
        {
            ((VirtAddr start, AddressWidth width), ulong length) = sample;
            BigInteger end = AddressOracle.Half(width) * (start.Value >> 63 == 0 ? 1 : 0);
            BigInteger available = (end == 0 ? BigInteger.Pow(2, 64) : end) - start.Value;
            length = (ulong)BigInteger.Min(length, available);
            VirtRange range = VirtRange.CreateUnchecked(start, length);
            return range.IsCanonical(width)
                && PagesHold<Size4KiB>(range, 4096, width)
                && PagesHold<Size2MiB>(range, 0x20_0000, width)
                && PagesHold<Size1GiB>(range, 0x4000_0000, width);
        });

    [TestMethod]
    public void What_is_not_there_panics()
    {
        Assert.ThrowsExactly<PanicException>(() => default(PhysRange).Last);
        Assert.ThrowsExactly<PanicException>(() => default(VirtRange).Last);
        Assert.ThrowsExactly<PanicException>(() => PhysRange.Create(PhysAddr.Zero, 3).GetEnumerator().Current);
        Assert.ThrowsExactly<PanicException>(() => VirtRange.Create(VirtAddr.Zero, 3).GetEnumerator().Current);
        VirtAddr wide = VirtAddr.CreateLa57(0x0000_8000_0000_0000);
        Assert.ThrowsExactly<PanicException>(() => VirtRange.CreateLa57(wide, 4096).PagesTouched<Size4KiB>());
        Assert.AreEqual(1UL, VirtRange.CreateLa57(wide, 4096).PagesInside<Size4KiB>(AddressWidth.Bits57).Count);
    }

    private static bool FramesHold<TSize>(PhysRange range, ulong size)
        where TSize : unmanaged, IPageSize
    {
        ulong firstInside = (range.Start.Value / size) + (range.Start.Value % size == 0 ? 0UL : 1);
        ulong endInside = range.EndExclusive / size;
        ulong endTouched = (range.EndExclusive / size) + (range.EndExclusive % size == 0 ? 0UL : 1);
        FrameRange<TSize> inside = range.FramesInside<TSize>();
        FrameRange<TSize> touched = range.FramesTouched<TSize>();
        bool insideHolds = firstInside < endInside
            ? inside.Start.Number == firstInside && inside.EndNumber == endInside
            : inside.IsEmpty;
        bool touchedHolds = range.Length == 0
            ? touched.IsEmpty
            : touched.Start.Number == range.Start.Value / size && touched.EndNumber == endTouched;
        return insideHolds && touchedHolds && range.Contains(inside.Bytes) && touched.Bytes.Contains(range);
    }

    private static bool PagesHold<TSize>(VirtRange range, ulong size, AddressWidth width)
        where TSize : unmanaged, IPageSize
    {
        BigInteger start = range.Start.Value;
        BigInteger end = start + range.Length;
        BigInteger firstInside = AddressOracle.AlignUp(start, size);
        BigInteger insideCount = (AddressOracle.AlignDown(end, size) - firstInside) / size;
        BigInteger firstTouched = AddressOracle.AlignDown(start, size);
        BigInteger touchedCount = range.IsEmpty ? 0 : (AddressOracle.AlignUp(end, size) - firstTouched) / size;
        PageRange<TSize> inside = range.PagesInside<TSize>(width);
        PageRange<TSize> touched = range.PagesTouched<TSize>(width);
        bool insideHolds = insideCount <= 0
            ? inside.IsEmpty
            : inside.Start.Start.Value == firstInside && inside.Count == insideCount;
        return insideHolds
            && touched.Start.Start.Value == firstTouched
            && touched.Count == touchedCount
            && inside.Width == width
            && touched.Width == width;
    }

    private static HashSet<ulong> Bytes(PhysRange range)
    {
        var bytes = new HashSet<ulong>();
        foreach (PhysAddr address in range)
            bytes.Add(address.Value);
        return bytes;
    }

    private static HashSet<ulong> Bytes(VirtRange range)
    {
        var bytes = new HashSet<ulong>();
        foreach (VirtAddr address in range)
            bytes.Add(address.Value);
        return bytes;
    }
}
