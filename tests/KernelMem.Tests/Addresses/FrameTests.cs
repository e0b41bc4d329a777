using System;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class FrameTests
{
    [TestMethod]
    public void Frames_of_4_KiB_keep_the_laws() => CheckSize<Size4KiB>(4096);

    [TestMethod]
    public void Frames_of_2_MiB_keep_the_laws() => CheckSize<Size2MiB>(0x20_0000);

    [TestMethod]
    public void Frames_of_1_GiB_keep_the_laws() => CheckSize<Size1GiB>(0x4000_0000);

    [TestMethod]
    public void A_frame_starts_at_a_multiple_of_its_size()
    {
        Assert.AreEqual(0x20_0000UL, Frame<Size2MiB>.Create(PhysAddr.Create(0x20_0000)).Start.Value);
        Assert.ThrowsExactly<PanicException>(() => Frame<Size2MiB>.Create(PhysAddr.Create(0x20_1000)));
        Assert.ThrowsExactly<PanicException>(() => Frame.Create(PhysAddr.Create(0x1008)));
        Assert.IsFalse(Frame.TryCreate(PhysAddr.Create(0x1008), out _));
        Assert.IsTrue(Frame.TryCreate(PhysAddr.Create(0x1000), out Frame frame));
        Assert.AreEqual(1UL, frame.Number);
        Assert.AreEqual(frame, Frame.CreateUnchecked(PhysAddr.Create(0x1000)));
    }

    [TestMethod]
    public void The_plain_form_is_the_4_KiB_form() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Number), sample =>
        {
            (PhysAddr address, ulong count) = sample;
            Frame plain = Frame.Containing(address);
            Frame<Size4KiB> sized = plain;
            Frame back = sized;
            (Frame a, Frame<Size4KiB> b) = (default, default);
            return back == plain
                && plain == sized
                && sized == plain
                && !(plain != sized)
                && !(sized != plain)
                && plain.Start == sized.Start
                && plain.Number == sized.Number
                && plain.Range == sized.Range
                && plain.Range.Length == Frame.Size
                && plain.Contains(address)
                && Frame.FromNumber(plain.Number) == plain
                && plain.TryAdd(count, out a) == sized.TryAdd(count, out b)
                && a == b
                && plain.TrySubtract(count, out a) == sized.TrySubtract(count, out b)
                && a == b
                && Frame.TryFromNumber(count, out a) == Frame<Size4KiB>.TryFromNumber(count, out b)
                && a == b;
        });

    [TestMethod]
    public void Operators_panic_where_the_result_is_no_frame()
    {
        Frame last = Frame.Containing(PhysAddr.Max);
        Assert.AreEqual((1UL << 40) - 1, last.Number);
        Assert.AreEqual(last, last - 5 + 5);
        Assert.AreEqual(5UL, last - (last - 5));
        Assert.ThrowsExactly<PanicException>(() => last + 1);
        Assert.ThrowsExactly<PanicException>(() => last + ulong.MaxValue);
        Assert.ThrowsExactly<PanicException>(() => default(Frame) - 1);
        Assert.ThrowsExactly<PanicException>(() => default(Frame) - last);
        Assert.ThrowsExactly<PanicException>(() => Frame.FromNumber(1UL << 40));
        Assert.ThrowsExactly<PanicException>(() => Frame<Size1GiB>.FromNumber(1UL << 22));
    }

    [TestMethod]
    public void The_order_is_that_of_the_addresses() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Physical), sample =>
            OrderHolds(Frame.Containing(sample.First), Frame.Containing(sample.Second))
            && OrderHolds(Frame<Size2MiB>.Containing(sample.First), Frame<Size2MiB>.Containing(sample.Second)));

    private static bool OrderHolds(Frame left, Frame right)
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

    private static bool OrderHolds<TSize>(Frame<TSize> left, Frame<TSize> right)
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
        ulong frames = (1UL << 52) / size;
        Assert.AreEqual(frames, Frame<TSize>.NumberLimit);
        Assert.IsTrue(Frame<TSize>.TryFromNumber(frames - 1, out _));
        Assert.IsFalse(Frame<TSize>.TryFromNumber(frames, out _));

        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Number), sample =>
        {
            (PhysAddr address, ulong count) = sample;
            Frame<TSize> frame = Frame<TSize>.Containing(address);
            ulong start = address.Value / size * size;
            bool fits = (UInt128)frame.Number + count < frames;
            bool reaches = count <= frame.Number;
            return frame.Start.Value == start
                && frame.Number == address.Value / size
                && Frame<TSize>.FromNumber(frame.Number) == frame
                && frame.Contains(address)
                && frame.Contains(PhysAddr.CreateUnchecked(start + (size - 1)))
                && !frame.Contains(PhysAddr.CreateUnchecked(start + size))
                && !frame.Contains(PhysAddr.CreateUnchecked(unchecked(start - 1)))
                && frame.Range.Start.Value == start
                && frame.Range.Last.Value == start + (size - 1)
                && Frame<TSize>.TryCreate(address, out Frame<TSize> exact) == (address.Value == start)
                && (address.Value != start || exact == frame)
                && frame.TryAdd(count, out Frame<TSize> sum) == fits
                && sum.Number == (fits ? frame.Number + count : 0)
                && frame.TrySubtract(count, out Frame<TSize> difference) == reaches
                && difference.Number == (reaches ? frame.Number - count : 0)
                && (!fits || sum - frame == count);
        });
    }
}
