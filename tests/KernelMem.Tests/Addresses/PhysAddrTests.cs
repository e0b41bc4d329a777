using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class PhysAddrTests
{
    private const ulong Limit = 0x0010_0000_0000_0000;

    [TestMethod]
    public void There_are_52_bits()
    {
        for (ulong distance = 0; distance < 300; distance++)
        {
            Assert.IsTrue(PhysAddr.TryCreate(Limit - 1 - distance, out PhysAddr address));
            Assert.AreEqual(Limit - 1 - distance, address.Value);
            Assert.IsFalse(PhysAddr.TryCreate(Limit + distance, out address));
            Assert.AreEqual(0UL, address.Value);
        }

        Assert.AreEqual(Limit - 1, PhysAddr.Max.Value);
        Assert.AreEqual(Limit - 1, PhysAddr.Create(Limit - 1).Value);
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.Create(Limit));
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.Create(ulong.MaxValue));
        Assert.IsTrue(PhysAddr.Zero.IsZero);
        Assert.IsFalse(PhysAddr.Max.IsZero);
    }

    [TestMethod]
    public void CreateTruncated_keeps_the_low_52_bits() =>
        Arbitrary.Check(Arbitrary.Number, number => PhysAddr.CreateTruncated(number).Value == number % Limit);

    [TestMethod]
    public void CreateUnchecked_keeps_everything() =>
        Assert.AreEqual(ulong.MaxValue, PhysAddr.CreateUnchecked(ulong.MaxValue).Value);

    [TestMethod]
    public void Sums_are_exact_or_refused() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Number), sample =>
        {
            (PhysAddr address, ulong offset) = sample;
            bool fits = (System.UInt128)address.Value + offset < Limit;
            bool possible = address.TryAdd(offset, out PhysAddr sum);
            return possible == fits
                && sum.Value == (fits ? address.Value + offset : 0)
                && (!fits || (address + offset == sum && sum - offset == address && sum - address == offset));
        });

    [TestMethod]
    public void Differences_are_exact_or_refused() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Number), sample =>
        {
            (PhysAddr address, ulong offset) = sample;
            bool possible = address.TrySubtract(offset, out PhysAddr difference);
            return possible == (offset <= address.Value) && difference.Value == (possible ? address.Value - offset : 0);
        });

    [TestMethod]
    public void Operators_panic_where_the_result_is_no_address()
    {
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.Max + 1);
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.Create(1) + ulong.MaxValue);
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.Zero - 1);
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.Zero - PhysAddr.Create(1));
        Assert.ThrowsExactly<PanicException>(() => PhysAddr.CreateUnchecked(ulong.MaxValue) + 0);
    }

    [TestMethod]
    public void The_order_is_that_of_the_numbers() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.Physical), sample =>
        {
            (PhysAddr left, PhysAddr right) = sample;
            return Order.Agrees(left.Value, right.Value, left.CompareTo(right), left.Equals(right), left.GetHashCode() == right.GetHashCode())
                && (left < right) == (left.Value < right.Value)
                && (left <= right) == (left.Value <= right.Value)
                && (left > right) == (left.Value > right.Value)
                && (left >= right) == (left.Value >= right.Value)
                && (left == right) == (left.Value == right.Value)
                && (left != right) == (left.Value != right.Value);
        });

    [TestMethod]
    public void The_offset_in_a_frame_is_the_remainder() =>
        Arbitrary.Check(Arbitrary.Physical, address =>
            address.OffsetIn<Size4KiB>() == address.Value % 4096
            && address.OffsetIn<Size2MiB>() == address.Value % (2 * 1024 * 1024)
            && address.OffsetIn<Size1GiB>() == address.Value % (1024 * 1024 * 1024));
}
