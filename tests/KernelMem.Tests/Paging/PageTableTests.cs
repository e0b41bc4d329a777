using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Paging;

[TestClass]
public sealed unsafe class PageTableTests : IDisposable
{
    private const int GuardWords = 512;

    private readonly ulong* _memory = (ulong*)NativeMemory.AlignedAlloc(3 * 4096, 4096);

    /// <summary>The table is the middle page of three, so that a stray access is seen.</summary>
    private ulong* Entries => _memory + GuardWords;

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    [TestMethod]
    public void Each_index_is_its_own_word()
    {
        Fill(0);
        PageTable<PtEntry> table = PageTable<PtEntry>.Create(Entries);
        for (int index = 0; index < 512; index++)
        {
            table[index] = PtEntry.Initial.WithFrame(Frame.FromNumber((ulong)index + 1)).WithPresent(true);
        }

        for (int index = 0; index < 512; index++)
        {
            Assert.AreEqual((((ulong)index + 1) << 12) | 1, Entries[index]);
            Assert.AreEqual(Entries[index], table[index].Value);
            Assert.AreEqual(Entries[index], table[TableIndex.Create((ulong)index)].Value);
        }

        AssertGuardsAre(0);
    }

    [TestMethod]
    public void Clear_zeroes_the_table_and_nothing_else()
    {
        Fill(ulong.MaxValue);
        PageTable<Pml4Entry> table = PageTable<Pml4Entry>.Create(Entries);

        Assert.IsFalse(table.IsZero);
        table.Clear();

        Assert.IsTrue(table.IsZero);
        Assert.AreEqual(-1, new ReadOnlySpan<ulong>(Entries, 512).IndexOfAnyExcept(0ul));
        AssertGuardsAre(ulong.MaxValue);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(255)]
    [DataRow(511)]
    public void One_entry_that_is_not_zero_is_seen(int index)
    {
        Fill(0);
        Entries[index] = 1ul << 63;

        Assert.IsFalse(PageTable<PdAnyEntry>.Create(Entries).IsZero);
    }

    [TestMethod]
    public void Exchange_returns_what_was_there()
    {
        Fill(0);
        Entries[3] = 0x61;
        PageTable<PtEntry> table = PageTable<PtEntry>.Create(Entries);

        PtEntry before = table.Exchange(TableIndex.Create(3), default);

        Assert.IsTrue(before.Dirty && before.Accessed && before.Present);
        Assert.AreEqual(0ul, Entries[3]);
    }

    [TestMethod]
    public void TryReplace_replaces_what_was_expected_only()
    {
        Fill(0);
        Entries[3] = 0x21;
        PageTable<PtEntry> table = PageTable<PtEntry>.Create(Entries);
        TableIndex index = TableIndex.Create(3);

        Assert.IsFalse(table.TryReplace(index, PtEntry.FromRaw(0x01), PtEntry.FromRaw(0x03), out PtEntry found));
        Assert.AreEqual(0x21ul, found.Value);
        Assert.AreEqual(0x21ul, Entries[3]);

        Assert.IsTrue(table.TryReplace(index, found, found.WithWritable(true), out PtEntry old));
        Assert.AreEqual(0x21ul, old.Value);
        Assert.AreEqual(0x23ul, Entries[3]);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(512)]
    [DataRow(int.MaxValue)]
    [DataRow(int.MinValue)]
    public void An_index_outside_the_table_panics(int index)
    {
        PageTable<PtEntry> table = PageTable<PtEntry>.Create(Entries);

        Assert.ThrowsExactly<PanicException>(() => table[index]);
        Assert.ThrowsExactly<PanicException>(() => table[index] = default);
    }

    [TestMethod]
    public void A_pointer_that_is_no_table_panics()
    {
        Assert.ThrowsExactly<PanicException>(() => PageTable<PtEntry>.Create(null));
        Assert.ThrowsExactly<PanicException>(() => PageTable<PtEntry>.Create(Entries + 1));
        Assert.ThrowsExactly<PanicException>(() => PageTable<PtEntry>.Create(Entries + 256));
    }

    [TestMethod]
    public void A_frame_is_found_through_the_direct_map()
    {
        Fill(0);
        DirectMap map = DirectMap.Create(VirtAddr.Create((ulong)_memory), 2 * 4096);

        PageTable<PdAnyEntry> table = PageTable<PdAnyEntry>.Create(Frame.FromNumber(1), map);

        Assert.IsTrue(table.Address == Entries);
        Assert.ThrowsExactly<PanicException>(() => PageTable<PdAnyEntry>.Create(Frame.FromNumber(2), map));
    }

    [TestMethod]
    public void The_entry_type_says_the_level()
    {
        Assert.AreEqual(PageTableLevel.Pt, PageTable<PtEntry>.Level);
        Assert.AreEqual(PageTableLevel.Pd, PageTable<PdAnyEntry>.Level);
        Assert.AreEqual(PageTableLevel.Pdpt, PageTable<PdptAnyEntry>.Level);
        Assert.AreEqual(PageTableLevel.Pml4, PageTable<Pml4Entry>.Level);
        Assert.AreEqual(PageTableLevel.Pml5, PageTable<Pml5Entry>.Level);
    }

    private void Fill(ulong value) => new Span<ulong>(_memory, 3 * 512).Fill(value);

    private void AssertGuardsAre(ulong value)
    {
        Assert.AreEqual(-1, new ReadOnlySpan<ulong>(_memory, 512).IndexOfAnyExcept(value));
        Assert.AreEqual(-1, new ReadOnlySpan<ulong>(_memory + 1024, 512).IndexOfAnyExcept(value));
    }
}
