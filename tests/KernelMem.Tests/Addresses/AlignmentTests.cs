using System.Collections.Generic;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class AlignmentTests
{
    private static readonly List<ulong> EdgeValues = AddressOracle.EdgeAddresses(reach: 20, unit: 1);

    private static readonly ulong[] NoPowers = [0, 3, 5, 6, 7, 4095, 4097, (1UL << 63) + 1, ulong.MaxValue];

    [TestMethod]
    public void Numbers_align_as_in_unbounded_arithmetic()
    {
        foreach (ulong value in EdgeValues)
        {
            for (int shift = 0; shift < 64; shift++)
            {
                ulong alignment = 1UL << shift;
                BigInteger up = AddressOracle.AlignUp(value, alignment);
                bool fits = up <= ulong.MaxValue;
                Assert.AreEqual(fits, Alignment.TryAlignUp(value, alignment, out ulong result), $"{value:x} to {alignment:x}");
                Assert.AreEqual(fits ? (ulong)up : 0, result);
                Assert.IsTrue(Alignment.TryAlignDown(value, alignment, out result));
                Assert.AreEqual((ulong)AddressOracle.AlignDown(value, alignment), result);
            }
        }
    }

    [TestMethod]
    public void Virtual_addresses_align_within_their_half_or_not_at_all()
    {
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong value in EdgeValues)
            {
                if (!AddressOracle.IsCanonical(value, width))
                    continue;
                for (int shift = 0; shift < 64; shift++)
                    CheckVirtual(VirtAddr.CreateUnchecked(value), 1UL << shift, width);
            }
        }
    }

    [TestMethod]
    public void Physical_addresses_align_within_52_bits_or_not_at_all()
    {
        var limit = BigInteger.Pow(2, 52);
        for (int distance = 1; distance <= 300; distance++)
        {
            for (int shift = 0; shift < 64; shift++)
            {
                CheckPhysical((ulong)(limit - distance), 1UL << shift);
                CheckPhysical((ulong)distance - 1, 1UL << shift);
            }
        }
    }

    [TestMethod]
    public void The_top_of_the_lower_half_does_not_align_up_into_the_upper()
    {
        Assert.IsFalse(VirtAddr.Create(0x0000_7FFF_FFFF_F001).TryAlignUp(4096, out VirtAddr result));
        Assert.AreEqual(VirtAddr.Zero, result);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Create(0x0000_7FFF_FFFF_F001).AlignUp(4096));
        Assert.IsTrue(VirtAddr.Create(0x0000_7FFF_FFFF_F001).TryAlignUp(4096, AddressWidth.Bits57, out result));
        Assert.AreEqual(0x0000_8000_0000_0000UL, result.Value);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Create(ulong.MaxValue).AlignUp(2));
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Create(0xFFFF_FFFF_FFFF_FFFF).AlignDown(1UL << 63));
        Assert.AreEqual(0x0000_7FFF_FFFF_F000UL, VirtAddr.Create(0x0000_7FFF_FFFF_F000).AlignUp(4096).Value);
        Assert.AreEqual(0x0000_7FFF_FFFF_F000UL, VirtAddr.Create(0x0000_7FFF_FFFF_FFFF).AlignDown(4096).Value);
    }

    [TestMethod]
    public void What_is_no_power_of_two_is_refused()
    {
        VirtAddr virtualAddress = VirtAddr.Create(0x1000);
        PhysAddr physicalAddress = PhysAddr.Create(0x1000);
        foreach (ulong alignment in NoPowers)
        {
            Assert.IsFalse(Alignment.IsValid(alignment));
            Assert.IsFalse(Alignment.TryAlignUp(0x1000, alignment, out _));
            Assert.IsFalse(Alignment.TryAlignDown(0x1000, alignment, out _));
            Assert.IsFalse(virtualAddress.TryAlignUp(alignment, out _));
            Assert.IsFalse(virtualAddress.TryAlignDown(alignment, out _));
            Assert.IsFalse(physicalAddress.TryAlignUp(alignment, out _));
            Assert.IsFalse(physicalAddress.TryAlignDown(alignment, out _));
            Assert.ThrowsExactly<PanicException>(() => virtualAddress.AlignUp(alignment));
            Assert.ThrowsExactly<PanicException>(() => virtualAddress.AlignDown(alignment));
            Assert.ThrowsExactly<PanicException>(() => virtualAddress.IsAligned(alignment));
            Assert.ThrowsExactly<PanicException>(() => physicalAddress.AlignUp(alignment));
            Assert.ThrowsExactly<PanicException>(() => physicalAddress.AlignDown(alignment));
            Assert.ThrowsExactly<PanicException>(() => physicalAddress.IsAligned(alignment));
        }
    }

    [TestMethod]
    public void Aligning_twice_is_aligning_once() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.PowerOfTwo), sample =>
        {
            ((VirtAddr address, AddressWidth width), ulong alignment) = sample;
            bool upHolds = !address.TryAlignUp(alignment, width, out VirtAddr up)
                || (up.IsAligned(alignment) && up >= address && up.Value - address.Value < alignment
                    && up.TryAlignUp(alignment, width, out VirtAddr upAgain) && upAgain == up);
            bool downHolds = !address.TryAlignDown(alignment, out VirtAddr down)
                || (down.IsAligned(alignment) && down <= address && address.Value - down.Value < alignment
                    && down.TryAlignDown(alignment, out VirtAddr downAgain) && downAgain == down);
            return upHolds && downHolds;
        });

    [TestMethod]
    public void Aligning_physical_addresses_twice_is_aligning_once() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Physical, Arbitrary.PowerOfTwo), sample =>
        {
            (PhysAddr address, ulong alignment) = sample;
            PhysAddr down = address.AlignDown(alignment);
            return down.AlignDown(alignment) == down && down <= address && address - down < alignment
                && (!address.TryAlignUp(alignment, out PhysAddr up) || (up.AlignUp(alignment) == up && up >= address && up - address < alignment));
        });

    private static void CheckVirtual(VirtAddr address, ulong alignment, AddressWidth width)
    {
        string what = $"{address} to {alignment:x}, {width}";
        BigInteger up = AddressOracle.AlignUp(address.Value, alignment);
        bool possible = AddressOracle.IsCanonical(up, width);
        Assert.AreEqual(possible, address.TryAlignUp(alignment, width, out VirtAddr result), what);
        Assert.AreEqual(possible ? (ulong)up : 0, result.Value, what);

        BigInteger down = AddressOracle.AlignDown(address.Value, alignment);
        AddressWidth own = AddressOracle.IsCanonical(address.Value, AddressWidth.Bits48) ? AddressWidth.Bits48 : AddressWidth.Bits57;
        possible = AddressOracle.IsCanonical(down, own);
        Assert.AreEqual(possible, address.TryAlignDown(alignment, out result), what);
        Assert.AreEqual(possible ? (ulong)down : 0, result.Value, what);

        Assert.AreEqual(up == address.Value, address.IsAligned(alignment), what);
    }

    private static void CheckPhysical(ulong value, ulong alignment)
    {
        PhysAddr address = PhysAddr.Create(value);
        BigInteger up = AddressOracle.AlignUp(value, alignment);
        bool possible = up < BigInteger.Pow(2, 52);
        Assert.AreEqual(possible, address.TryAlignUp(alignment, out PhysAddr result), $"{value:x} to {alignment:x}");
        Assert.AreEqual(possible ? (ulong)up : 0, result.Value);
        Assert.AreEqual((ulong)AddressOracle.AlignDown(value, alignment), address.AlignDown(alignment).Value);
        Assert.AreEqual(up == value, address.IsAligned(alignment));
        if (!possible)
            Assert.ThrowsExactly<PanicException>(() => address.AlignUp(alignment));
    }
}
