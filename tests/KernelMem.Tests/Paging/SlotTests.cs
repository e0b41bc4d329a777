using System;
using KernelMem.Addresses;
using KernelMem.Paging;

namespace KernelMem.Tests.Paging;

/// <summary>A slot tells tables from pages by P and PS.</summary>
[TestClass]
public sealed class SlotTests
{
    private const ulong P = 1;
    private const ulong Ps = 1 << 7;

    [TestMethod]
    [DataRow(0ul, EntryKind.Absent)]
    [DataRow(Ps, EntryKind.Absent)]
    [DataRow(P, EntryKind.Table)]
    [DataRow(P | Ps, EntryKind.Page)]
    public void The_kind_depends_on_nothing_else(ulong bits, EntryKind kind)
    {
        var random = new Random(4);
        for (int round = 0; round < 1000; round++)
        {
            ulong word = ((ulong)random.NextInt64() << 1 & ~(P | Ps)) | bits;

            Assert.AreEqual(kind, PdptAnyEntry.FromRaw(word).Kind, $"{word:X16}");
            Assert.AreEqual(kind, PdAnyEntry.FromRaw(word).Kind, $"{word:X16}");
            CheckPdpt(word, kind);
            CheckPd(word, kind);
        }
    }

    [TestMethod]
    public void An_entry_put_into_a_slot_comes_out_again()
    {
        PdptAnyEntry table = PdptEntry.Initial.WithTable(Frame.FromNumber(7)).WithPresent(true);
        PdptAnyEntry gigabyte = PdptPageEntry.Initial.WithFrame(Frame<Size1GiB>.FromNumber(7)).WithPresent(true);
        PdAnyEntry pageTable = PdEntry.Initial.WithTable(Frame.FromNumber(9)).WithPresent(true);
        PdAnyEntry megabytes = PdPageEntry.Initial.WithFrame(Frame<Size2MiB>.FromNumber(9)).WithPresent(true);

        Assert.AreEqual(0x7001ul, table.Value);
        Assert.AreEqual(0x1_C000_0081ul, gigabyte.Value);
        Assert.AreEqual(0x9001ul, pageTable.Value);
        Assert.AreEqual(0x120_0081ul, megabytes.Value);
        Assert.IsTrue(table.TryGetTable(out PdptEntry reference) && reference.Table == Frame.FromNumber(7));
        Assert.IsTrue(gigabyte.TryGetPage(out PdptPageEntry page) && page.Frame == Frame<Size1GiB>.FromNumber(7));
        Assert.IsTrue(pageTable.TryGetTable(out PdEntry lower) && lower.Table == Frame.FromNumber(9));
        Assert.IsTrue(megabytes.TryGetPage(out PdPageEntry large) && large.Frame == Frame<Size2MiB>.FromNumber(9));
    }

    private static void CheckPdpt(ulong word, EntryKind kind)
    {
        Assert.AreEqual(kind == EntryKind.Table, PdptAnyEntry.FromRaw(word).TryGetTable(out PdptEntry table));
        Assert.AreEqual(kind == EntryKind.Table ? word : 0, table.Value);
        Assert.AreEqual(kind == EntryKind.Page, PdptAnyEntry.FromRaw(word).TryGetPage(out PdptPageEntry page));
        Assert.AreEqual(kind == EntryKind.Page ? word : 0, page.Value);
    }

    private static void CheckPd(ulong word, EntryKind kind)
    {
        Assert.AreEqual(kind == EntryKind.Table, PdAnyEntry.FromRaw(word).TryGetTable(out PdEntry table));
        Assert.AreEqual(kind == EntryKind.Table ? word : 0, table.Value);
        Assert.AreEqual(kind == EntryKind.Page, PdAnyEntry.FromRaw(word).TryGetPage(out PdPageEntry page));
        Assert.AreEqual(kind == EntryKind.Page ? word : 0, page.Value);
    }
}
