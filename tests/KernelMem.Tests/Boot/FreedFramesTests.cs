using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>Memory that comes back later is handed over frame by frame, each once, and not before all of it is given back.</summary>
[TestClass]
public sealed class FreedFramesTests
{
    private static readonly MemoryRegionKind[] Reclaimable =
        [MemoryRegionKind.FirmwareBoot, MemoryRegionKind.BootData, MemoryRegionKind.AcpiReclaimable, MemoryRegionKind.Unaccepted];

    [TestMethod]
    public void In_any_order_each_frame_comes_back_once_and_with_the_last_kind_in_it()
    {
        int shared = 0;
        Prop.ForAll(
            (from map in RawMaps.Small
             from crowd in Gen.Elements(Reclaimable).ArrayOf(map.Length)
             from order in Gen.Shuffle(Reclaimable)
             from crowded in Gen.Elements(false, true) // all of it in three frames, so that they hold many regions each
             select (Map: map.Select((entry, at) => Changed(entry, at % 2 == 0 ? crowd[at] : entry.Kind, crowded)).ToArray(), Order: order))
                .ToArbitrary(),
            run =>
            {
                using BuiltMap built = BuiltMap.From(run.Map);
                List<RawEntry> regions = NormaliserOracle.Normalise(run.Map);
                HashSet<ulong> handedOver = [];
                MemoryRegionKindSet given = default;
                HashSet<MemoryRegionKind> model = [];
                foreach (MemoryRegionKind kind in run.Order)
                {
                    model.Add(kind);
                    HashSet<ulong> expected = [.. WholeFrames(regions, model).Except(handedOver)];
                    List<ulong> freed = Numbers(built.Map.FreedBy(kind, given));
                    CollectionAssert.AreEqual(expected.Order().ToList(), freed);
                    Assert.AreEqual((ulong)freed.Count, built.Map.FreedBy(kind, given).CountFrames());
                    shared += freed.Count(frame => !WholeFrames(regions, [kind]).Contains(frame));
                    handedOver.UnionWith(freed);
                    given = given.With(kind);
                    Assert.AreEqual(0UL, built.Map.FreedBy(kind, given).CountFrames(), "given back twice");
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

        Assert.IsGreaterThan(20, shared, "hardly any frame had memory of two kinds: the test says little");
    }

    [TestMethod]
    public void A_frame_with_boot_data_and_tables_comes_back_with_the_later_of_them()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x10_000, MemoryRegionKind.Usable),
            new RawEntry(0x12_000, 0x1800, MemoryRegionKind.BootData),
            new RawEntry(0x13_800, 0x1000, MemoryRegionKind.AcpiReclaimable),
            new RawEntry(0x14_800, 0x10, MemoryRegionKind.BootData));

        CollectionAssert.AreEqual(new ulong[] { 0x12 }, Numbers(built.Map.FreedBy(MemoryRegionKind.BootData)));
        MemoryRegionKindSet given = default(MemoryRegionKindSet).With(MemoryRegionKind.BootData);
        CollectionAssert.AreEqual(new ulong[] { 0x13, 0x14 }, Numbers(built.Map.FreedBy(MemoryRegionKind.AcpiReclaimable, given)));

        CollectionAssert.AreEqual(Array.Empty<ulong>(), Numbers(built.Map.FreedBy(MemoryRegionKind.AcpiReclaimable)));
        given = default(MemoryRegionKindSet).With(MemoryRegionKind.AcpiReclaimable);
        CollectionAssert.AreEqual(new ulong[] { 0x12, 0x13, 0x14 }, Numbers(built.Map.FreedBy(MemoryRegionKind.BootData, given)));
    }

    [TestMethod]
    public void A_frame_with_several_regions_of_a_kind_comes_back_once()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x400, MemoryRegionKind.BootData),
            new RawEntry(0x10_400, 0x400, MemoryRegionKind.AcpiReclaimable),
            new RawEntry(0x10_800, 0x400, MemoryRegionKind.BootData),
            new RawEntry(0x10_C00, 0x1000, MemoryRegionKind.AcpiReclaimable),
            new RawEntry(0x11_C00, 0x400, MemoryRegionKind.BootData));
        MemoryRegionKindSet given = default(MemoryRegionKindSet).With(MemoryRegionKind.AcpiReclaimable);
        CollectionAssert.AreEqual(new ulong[] { 0x10, 0x11 }, Numbers(built.Map.FreedBy(MemoryRegionKind.BootData, given)));
        Assert.AreEqual(0UL, built.Map.FreedBy(MemoryRegionKind.BootData).CountFrames());
    }

    [TestMethod]
    public void A_frame_with_a_reserved_byte_never_comes_back()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x3000, MemoryRegionKind.BootData), new RawEntry(0x11_800, 1, MemoryRegionKind.Reserved));
        MemoryRegionKindSet given = default(MemoryRegionKindSet).With(MemoryRegionKind.Reserved); // cannot be given back
        CollectionAssert.AreEqual(new ulong[] { 0x10, 0x12 }, Numbers(built.Map.FreedBy(MemoryRegionKind.BootData, given)));
    }

    [TestMethod]
    public void What_stays_in_use_is_not_given_back()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry(0x10_000, 0x3000, MemoryRegionKind.KernelImage));
        for (MemoryRegionKind kind = MemoryRegionKind.None; kind <= MemoryRegionKind.BadMemory + 1; kind++)
        {
            if (!Reclaimable.Contains(kind))
                Assert.ThrowsExactly<PanicException>(() => _ = built.Map.FreedBy(kind));
        }

        Assert.ThrowsExactly<PanicException>(() => _ = default(MemoryRegionKindSet).With(MemoryRegionKind.None));
        Assert.ThrowsExactly<PanicException>(() => _ = default(MemoryRegionKindSet).With(MemoryRegionKind.BadMemory + 1));
        Assert.IsFalse(default(MemoryRegionKindSet).Contains((MemoryRegionKind)255));
    }

    private static RawEntry Changed(RawEntry entry, MemoryRegionKind kind, bool crowded) => crowded && entry.Kind != MemoryRegionKind.Usable
        ? new RawEntry(0x40_000 + entry.Start / 4 % 0x3000, entry.Length % 0x1000, kind)
        : entry with { Kind = kind };

    // Byte by byte: the frames of which every byte is in a region of one of the kinds.
    private static HashSet<ulong> WholeFrames(List<RawEntry> regions, HashSet<MemoryRegionKind> kinds)
    {
        Dictionary<ulong, ulong> bytes = [];
        foreach (RawEntry region in regions.Where(region => kinds.Contains(region.Kind)))
        {
            for (ulong at = region.Start; at < region.Start + region.Length;)
            {
                ulong end = ulong.Min(((at / 4096) + 1) * 4096, region.Start + region.Length);
                bytes[at / 4096] = bytes.GetValueOrDefault(at / 4096) + end - at;
                at = end;
            }
        }

        return [.. bytes.Where(frame => frame.Value == 4096).Select(frame => frame.Key)];
    }

    private static List<ulong> Numbers(FreedFrames freed)
    {
        List<ulong> numbers = [];
        foreach (FrameRange<Size4KiB> range in freed)
        {
            foreach (Frame<Size4KiB> frame in range)
                numbers.Add(frame.Number);
        }

        return numbers;
    }
}
