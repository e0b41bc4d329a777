using System.Collections.Generic;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class VirtAddrConstructionTests
{
    private static readonly List<ulong> EdgeValues = AddressOracle.EdgeAddresses(reach: 300, unit: 1);

    [TestMethod]
    public void TryCreate_accepts_exactly_the_canonical_values_at_every_edge()
    {
        foreach (ulong value in EdgeValues)
        {
            bool canonical48 = AddressOracle.IsCanonical(value, AddressWidth.Bits48);
            bool canonical57 = AddressOracle.IsCanonical(value, AddressWidth.Bits57);

            Assert.AreEqual(canonical48, VirtAddr.TryCreate(value, out VirtAddr address), $"{value:x}");
            Assert.AreEqual(canonical48 ? value : 0, address.Value);
            Assert.AreEqual(canonical57, VirtAddr.TryCreateLa57(value, out address), $"{value:x}");
            Assert.AreEqual(canonical57 ? value : 0, address.Value);

            VirtAddr unchecked_ = VirtAddr.CreateUnchecked(value);
            Assert.AreEqual(value, unchecked_.Value);
            Assert.AreEqual(canonical48, unchecked_.IsCanonical(AddressWidth.Bits48));
            Assert.AreEqual(canonical57, unchecked_.IsCanonical(AddressWidth.Bits57));
        }
    }

    [TestMethod]
    [DataRow(0x0000_7FFF_FFFF_FFFFUL, 0x0000_8000_0000_0000UL)]
    [DataRow(0xFFFF_8000_0000_0000UL, 0xFFFF_7FFF_FFFF_FFFFUL)]
    public void Create_panics_at_the_48_bit_hole(ulong good, ulong bad)
    {
        Assert.AreEqual(good, VirtAddr.Create(good).Value);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Create(bad));
        Assert.AreEqual(bad, VirtAddr.CreateLa57(bad).Value);
    }

    [TestMethod]
    [DataRow(0x00FF_FFFF_FFFF_FFFFUL, 0x0100_0000_0000_0000UL)]
    [DataRow(0xFF00_0000_0000_0000UL, 0xFEFF_FFFF_FFFF_FFFFUL)]
    public void CreateLa57_panics_at_the_57_bit_hole(ulong good, ulong bad)
    {
        Assert.AreEqual(good, VirtAddr.CreateLa57(good).Value);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.CreateLa57(bad));
    }

    [TestMethod]
    public void CreateTruncated_keeps_the_low_bits_and_is_canonical()
    {
        foreach (ulong value in EdgeValues)
        {
            ulong truncated = VirtAddr.CreateTruncated(value).Value;
            Assert.IsTrue(AddressOracle.IsCanonical(truncated, AddressWidth.Bits48), $"{value:x}");
            Assert.AreEqual(value % (1UL << 48), truncated % (1UL << 48));

            truncated = VirtAddr.CreateTruncatedLa57(value).Value;
            Assert.IsTrue(AddressOracle.IsCanonical(truncated, AddressWidth.Bits57), $"{value:x}");
            Assert.AreEqual(value % (1UL << 57), truncated % (1UL << 57));
        }
    }

    [TestMethod]
    public void CreateTruncated_changes_no_canonical_value() =>
        Arbitrary.Check(Arbitrary.Virtual, sample =>
            (sample.Width == AddressWidth.Bits48
                ? VirtAddr.CreateTruncated(sample.Address.Value)
                : VirtAddr.CreateTruncatedLa57(sample.Address.Value)) == sample.Address);

    [TestMethod]
    public void An_undefined_width_is_taken_for_the_narrow_one()
    {
        Assert.AreEqual(48, ((AddressWidth)7).BitCount());
        Assert.IsFalse(VirtAddr.TryCreate(0x0000_8000_0000_0000, (AddressWidth)7, out _));
        Assert.AreEqual(PageTableLevel.Pml4, AddressWidth.Bits48.RootLevel());
        Assert.AreEqual(PageTableLevel.Pml5, AddressWidth.Bits57.RootLevel());
    }

    [TestMethod]
    public unsafe void Pointers_round_trip()
    {
        int local = 42;
        VirtAddr address = VirtAddr.FromPointer(&local);
        Assert.IsTrue(address.ToPointer() == &local);
        Assert.AreEqual(42, *address.ToPointer<int>());
        Assert.IsFalse(address.IsZero);
        Assert.IsTrue(VirtAddr.FromPointer(null).IsZero);
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.FromPointer((void*)0x0100_0000_0000_0000));
    }

    [TestMethod]
    public unsafe void An_address_is_one_number_wide()
    {
        Assert.AreEqual(sizeof(ulong), sizeof(VirtAddr));
        Assert.AreEqual(sizeof(ulong), sizeof(PhysAddr));
        Assert.AreEqual(sizeof(ulong), sizeof(Page));
        Assert.AreEqual(sizeof(ulong), sizeof(Frame));
        Assert.AreEqual(sizeof(ulong), sizeof(Page<Size1GiB>));
        Assert.AreEqual(sizeof(ulong), sizeof(Frame<Size2MiB>));
    }
}
