using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class TranslationTests
{
    [TestMethod]
    public void The_indices_are_those_of_the_manual()
    {
        // Slots 0x1, 0x88, 0x111, 0x92, 0x145 and offset 0xABC, put together by hand.
        VirtAddr address = VirtAddr.CreateLa57(0x0001_4444_5254_5ABC);
        Assert.AreEqual(0x001, address.Pml5Index.Value);
        Assert.AreEqual(0x088, address.Pml4Index.Value);
        Assert.AreEqual(0x111, address.PdptIndex.Value);
        Assert.AreEqual(0x092, address.PdIndex.Value);
        Assert.AreEqual(0x145, address.PtIndex.Value);
        Assert.AreEqual((ushort)0xABC, address.PageOffset);
    }

    [TestMethod]
    public void The_kernel_half_begins_at_slot_256_and_ends_at_511()
    {
        Assert.AreEqual(256, VirtAddr.Create(0xFFFF_8000_0000_0000).Pml4Index.Value);
        Assert.AreEqual(511, VirtAddr.Create(0xFFFF_FFFF_FFFF_FFFF).Pml4Index.Value);
        Assert.AreEqual(511, VirtAddr.Create(0xFFFF_FFFF_FFFF_FFFF).PtIndex.Value);
        Assert.AreEqual(0x88, VirtAddr.Create(0x4444_4444_0000).Pml4Index.Value);
        Assert.AreEqual(511, VirtAddr.Create(0xFFFF_8000_0000_0000).Pml5Index.Value);
        Assert.AreEqual(256, VirtAddr.CreateLa57(0xFF00_0000_0000_0000).Pml5Index.Value);
    }

    [TestMethod]
    public void Indices_and_offset_put_together_again_give_the_address() =>
        Arbitrary.Check(Arbitrary.Virtual, sample =>
        {
            VirtAddr address = sample.Address;
            ulong low = address.PageOffset;
            foreach (PageTableLevel level in new[]
                { PageTableLevel.Pt, PageTableLevel.Pd, PageTableLevel.Pdpt, PageTableLevel.Pml4, PageTableLevel.Pml5 })
            {
                low += (ulong)address.TableIndex(level).Value * level.EntrySpan();
            }

            return low == address.Value % (1UL << 57)
                && address.TableIndex(PageTableLevel.Pt) == address.PtIndex
                && address.TableIndex(PageTableLevel.Pd) == address.PdIndex
                && address.TableIndex(PageTableLevel.Pdpt) == address.PdptIndex
                && address.TableIndex(PageTableLevel.Pml4) == address.Pml4Index
                && address.TableIndex(PageTableLevel.Pml5) == address.Pml5Index
                && Page<Size2MiB>.Containing(address).TableIndex(PageTableLevel.Pd) == address.PdIndex
                && Page.Containing(address).TableIndex(PageTableLevel.Pt) == address.PtIndex;
        });

    [TestMethod]
    public void Levels_and_sizes_agree()
    {
        Assert.AreEqual(Size4KiB.Bytes, Size4KiB.Level.EntrySpan());
        Assert.AreEqual(Size2MiB.Bytes, Size2MiB.Level.EntrySpan());
        Assert.AreEqual(Size1GiB.Bytes, Size1GiB.Level.EntrySpan());
        Assert.AreEqual(4096UL, Size4KiB.Bytes);
        Assert.AreEqual(2UL * 1024 * 1024, Size2MiB.Bytes);
        Assert.AreEqual(1024UL * 1024 * 1024, Size1GiB.Bytes);
        Assert.AreEqual(1UL << 39, PageTableLevel.Pml4.EntrySpan());
        Assert.AreEqual(1UL << 48, PageTableLevel.Pml5.EntrySpan());
        Assert.AreEqual("4KiB 2MiB 1GiB", $"{Size4KiB.Name} {Size2MiB.Name} {Size1GiB.Name}");
    }

    [TestMethod]
    [DataRow((byte)0)]
    [DataRow((byte)6)]
    public void There_is_no_other_level(byte level) =>
        Assert.ThrowsExactly<PanicException>(() => VirtAddr.Zero.TableIndex((PageTableLevel)level));

    [TestMethod]
    public void Every_index_below_512_is_one_and_no_other()
    {
        for (ulong value = 0; value < 1100; value++)
        {
            Assert.AreEqual(value < 512, TableIndex.TryCreate(value, out TableIndex index));
            Assert.AreEqual(value < 512 ? (int)value : 0, index.Value);
            Assert.AreEqual((int)(value % 512), TableIndex.CreateTruncated(value));
        }

        Assert.AreEqual(511, TableIndex.Create(511).Value);
        Assert.ThrowsExactly<PanicException>(() => TableIndex.Create(512));
        Assert.ThrowsExactly<PanicException>(() => TableIndex.Create(1UL << 32));
    }

    [TestMethod]
    public void Indices_are_ordered()
    {
        TableIndex low = TableIndex.Create(3);
        TableIndex high = TableIndex.Create(500);
        Assert.IsTrue(low < high && low <= high && high > low && high >= low && low != high);
        Assert.IsFalse(low > high || low >= high || high < low || high <= low || low == high);
        Assert.IsTrue(low.CompareTo(high) < 0 && low.Equals(TableIndex.Create(3)) && low.Equals((object)TableIndex.Create(3)));
        Assert.AreEqual(low.GetHashCode(), TableIndex.Create(3).GetHashCode());
    }
}
