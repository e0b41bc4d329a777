using System.Collections.Generic;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class FrameRangeTests
{
    private const ulong Frames = 1UL << 40;

    [TestMethod]
    public void Frames_are_enumerated_up_to_the_last()
    {
        foreach (ulong first in new[] { 0UL, 1UL, 1000UL, Frames - 9, Frames - 2, Frames - 1 })
        {
            for (ulong count = 0; count < 10; count++)
            {
                bool fits = first + count <= Frames;
                Assert.AreEqual(fits, FrameRange<Size4KiB>.TryCreate(Frame.FromNumber(first), count, out FrameRange<Size4KiB> range));
                if (!fits)
                {
                    Assert.ThrowsExactly<PanicException>(() => FrameRange<Size4KiB>.Create(Frame.FromNumber(first), count));
                    continue;
                }

                List<ulong> numbers = Numbers(range);
                Assert.HasCount((int)count, numbers);
                for (int index = 0; index < numbers.Count; index++)
                    Assert.AreEqual(first + (ulong)index, numbers[index]);
                Assert.AreEqual(first + count, range.EndNumber);
                Assert.AreEqual(first * 4096, range.Bytes.Start.Value);
                Assert.AreEqual(count * 4096, range.Bytes.Length);
            }
        }
    }

    [TestMethod]
    public void Bounds_make_the_same_ranges()
    {
        Frame<Size2MiB> three = Frame<Size2MiB>.FromNumber(3);
        Frame<Size2MiB> five = Frame<Size2MiB>.FromNumber(5);
        Assert.IsTrue(FrameRange<Size2MiB>.TryFromInclusive(three, five, out FrameRange<Size2MiB> inclusive));
        Assert.AreEqual(FrameRange<Size2MiB>.Create(three, 3), inclusive);
        Assert.AreEqual(five, inclusive.Last);
        Assert.IsTrue(FrameRange<Size2MiB>.TryFromBounds(three, five, out FrameRange<Size2MiB> exclusive));
        Assert.AreEqual(FrameRange<Size2MiB>.Create(three, 2), exclusive);
        Assert.IsTrue(FrameRange<Size2MiB>.TryFromBounds(three, three, out exclusive));
        Assert.IsTrue(exclusive.IsEmpty);
        Assert.IsFalse(FrameRange<Size2MiB>.TryFromInclusive(five, three, out _));
        Assert.IsFalse(FrameRange<Size2MiB>.TryFromBounds(five, three, out _));
    }

    [TestMethod]
    public void Containment_and_overlap_are_those_of_sets()
    {
        var ranges = new List<FrameRange<Size4KiB>>();
        for (ulong start = 0; start < 7; start++)
        {
            for (ulong count = 0; count < 7; count++)
                ranges.Add(FrameRange<Size4KiB>.Create(Frame.FromNumber(start), count));
        }

        foreach (FrameRange<Size4KiB> left in ranges)
        {
            HashSet<ulong> numbers = [.. Numbers(left)];
            for (ulong number = 0; number < 16; number++)
            {
                Frame<Size4KiB> frame = Frame.FromNumber(number);
                Assert.AreEqual(numbers.Contains(number), left.Contains(frame));
                Assert.AreEqual(numbers.Contains(number), left.Contains(frame.Range.Last));
            }

            foreach (FrameRange<Size4KiB> right in ranges)
            {
                Assert.AreEqual(numbers.Overlaps(Numbers(right)), left.Overlaps(right), $"{left} {right}");
                Assert.AreEqual(left.Start == right.Start && left.Count == right.Count, left == right);
                Assert.AreEqual(left == right, !(left != right));
                Assert.AreEqual(left == right, left.Equals((object)right));
                if (left == right)
                    Assert.AreEqual(left.GetHashCode(), right.GetHashCode());
            }
        }
    }

    [TestMethod]
    public void What_is_not_there_panics()
    {
        Assert.ThrowsExactly<PanicException>(() => default(FrameRange<Size4KiB>).Last);
        Assert.ThrowsExactly<PanicException>(() => FrameRange<Size4KiB>.Create(default, 3)[3]);
        Assert.ThrowsExactly<PanicException>(() => FrameRange<Size4KiB>.Create(default, 3).GetEnumerator().Current);
    }

    private static List<ulong> Numbers<TSize>(FrameRange<TSize> range)
        where TSize : unmanaged, IPageSize
    {
        var numbers = new List<ulong>();
        foreach (Frame<TSize> frame in range)
            numbers.Add(frame.Number);
        return numbers;
    }
}
