using System.Collections.Generic;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class VirtAddrArithmeticTests
{
    private static readonly List<ulong> EdgeValues = AddressOracle.EdgeAddresses(reach: 20, unit: 1);

    [TestMethod]
    public void Sums_and_differences_at_the_edges_are_exact_or_refused()
    {
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong value in EdgeValues)
            {
                VirtAddr address = VirtAddr.CreateUnchecked(value);
                foreach (ulong offset in EdgeValues)
                {
                    CheckSum(address, offset, width);
                    CheckDifference(address, offset, width);
                }
            }
        }
    }

    [TestMethod]
    public void Operators_mean_48_bits_and_never_jump()
    {
        VirtAddr lowerEnd = VirtAddr.Create(0x0000_7FFF_FFFF_FFFF);
        VirtAddr upperStart = VirtAddr.Create(0xFFFF_8000_0000_0000);
        VirtAddr wide = VirtAddr.CreateLa57(0x0000_8000_0000_0000);
        VirtAddr top = VirtAddr.Create(ulong.MaxValue);

        Assert.AreEqual(lowerEnd, lowerEnd - 1 + 1);
        Assert.ThrowsExactly<PanicException>(() => lowerEnd + 1);
        Assert.ThrowsExactly<PanicException>(() => upperStart - 1);
        Assert.ThrowsExactly<PanicException>(() => top + 1);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Zero - 1);
        Assert.ThrowsExactly<PanicException>(() => wide + 0);
        Assert.ThrowsExactly<PanicException>(() => wide - 1);
        Assert.ThrowsExactly<PanicException>(() => wide - lowerEnd);
        Assert.ThrowsExactly<PanicException>(() => top - wide);
        Assert.ThrowsExactly<PanicException>(() => lowerEnd - upperStart);
    }

    [TestMethod]
    public void A_difference_added_again_gives_the_address() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Number, Arbitrary.Number), sample =>
        {
            VirtAddr left = VirtAddr.CreateTruncated(sample.First);
            VirtAddr right = VirtAddr.CreateTruncated(sample.Second);
            return left < right ? left + (right - left) == right : right + (left - right) == left;
        });

    [TestMethod]
    public void The_order_is_that_of_the_numbers() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Number, Arbitrary.Number), sample =>
        {
            VirtAddr left = VirtAddr.CreateTruncated(sample.First);
            VirtAddr right = VirtAddr.CreateTruncated(sample.Second);
            return Order.Agrees(left.Value, right.Value, left.CompareTo(right), left.Equals(right), left.GetHashCode() == right.GetHashCode())
                && (left < right) == (left.Value < right.Value)
                && (left <= right) == (left.Value <= right.Value)
                && (left > right) == (left.Value > right.Value)
                && (left >= right) == (left.Value >= right.Value)
                && (left == right) == (left.Value == right.Value)
                && (left != right) == (left.Value != right.Value);
        });

    [TestMethod]
    public void Equality_with_objects_asks_for_the_type()
    {
        object boxed = VirtAddr.Create(8);
        Assert.IsTrue(VirtAddr.Create(8).Equals(boxed));
        Assert.IsFalse(VirtAddr.Create(9).Equals(boxed));
        Assert.IsFalse(PhysAddr.Create(8).Equals(boxed));
        Assert.IsFalse(VirtAddr.Create(8).Equals(null));
    }

    private static void CheckSum(VirtAddr address, ulong offset, AddressWidth width)
    {
        ulong? expected = AddressOracle.Add(address.Value, offset, width);
        bool possible = address.TryAdd(offset, width, out VirtAddr result);
        if (possible != expected.HasValue || result.Value != expected.GetValueOrDefault())
            Assert.Fail($"{address} + {offset:x}, {width}: {result} for {expected:x}");
    }

    private static void CheckDifference(VirtAddr address, ulong offset, AddressWidth width)
    {
        ulong? expected = AddressOracle.Add(address.Value, -new BigInteger(offset), width);
        bool possible = address.TrySubtract(offset, width, out VirtAddr result);
        if (possible != expected.HasValue || result.Value != expected.GetValueOrDefault())
            Assert.Fail($"{address} - {offset:x}, {width}: {result} for {expected:x}");
    }
}
