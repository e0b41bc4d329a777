using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed unsafe class MemoryMapTests
{
    [TestMethod]
    public void Kinds_and_totals_are_those_of_the_regions_listed() =>
        Prop.ForAll(RawMaps.Arbitrary, raw =>
        {
            using BuiltMap built = BuiltMap.From(raw);
            MemoryMap map = built.Map;
            List<RawEntry> regions = NormaliserOracle.Normalise(raw);

            for (MemoryRegionKind kind = MemoryRegionKind.None; kind <= MemoryRegionKind.BadMemory; kind++)
                Assert.AreEqual(Total(regions, kind, 0, 1UL << 52), map.TotalBytes(kind));

            Assert.AreEqual(
                regions.Where(region => region.Kind == MemoryRegionKind.Usable).Select(region => region.Start + region.Length)
                    .DefaultIfEmpty().Max(),
                map.UsableEnd);

            foreach (ulong at in raw.SelectMany(entry => new[] { entry.Start, entry.Start - 1, entry.Start + entry.Length }))
            {
                if (!PhysAddr.TryCreate(at, out PhysAddr address))
                    continue;

                RawEntry region = regions.FirstOrDefault(entry => entry.Start <= at && at < entry.Start + entry.Length);
                Assert.AreEqual(region.Kind, map.KindAt(address));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [TestMethod]
    public void A_range_cuts_the_map() =>
        Prop.ForAll(
            (from map in RawMaps.Small
             from start in Gen.Choose(0, 0xB0_000)
             from length in Gen.Choose(0, 0xB0_000)
             select (map, (ulong)start, (ulong)length)).ToArbitrary(),
            cut =>
            {
                (RawEntry[] raw, ulong start, ulong length) = cut;
                using BuiltMap built = BuiltMap.From(raw);
                List<RawEntry> regions = NormaliserOracle.Normalise(raw);
                PhysRange range = PhysRange.Create(PhysAddr.Create(start), length);

                for (MemoryRegionKind kind = MemoryRegionKind.Usable; kind <= MemoryRegionKind.BadMemory; kind++)
                    Assert.AreEqual(Total(regions, kind, start, start + length), built.Map.TotalBytes(kind, range));

                foreach (MemoryRegion region in built.Map.Within(range))
                    Assert.IsTrue(range.Contains(region.Range) && region.Length > 0);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [TestMethod]
    public void The_zones_share_out_the_whole_map() =>
        Prop.ForAll(RawMaps.Arbitrary, raw =>
        {
            using BuiltMap built = BuiltMap.From(raw);
            foreach (ZoneLayout zones in new[] { ZoneLayout.Standard, default, Layout(0x3000, 0x3000), Layout(0x8000, 0x14_000) })
            {
                ulong total = 0;
                for (MemoryZone zone = MemoryZone.Dma; zone <= MemoryZone.HighMem; zone++)
                    total += built.Map.TotalBytes(MemoryRegionKind.Usable, zones.RangeOf(zone));

                Assert.AreEqual(built.Map.TotalBytes(MemoryRegionKind.Usable), total);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [TestMethod]
    [DataRow(0UL, MemoryZone.Dma)]
    [DataRow(0xFF_FFFFUL, MemoryZone.Dma)]
    [DataRow(0x100_0000UL, MemoryZone.Normal)]
    [DataRow(0x37FF_FFFFUL, MemoryZone.Normal)]
    [DataRow(0x3800_0000UL, MemoryZone.HighMem)]
    [DataRow((1UL << 52) - 1, MemoryZone.HighMem)]
    public void The_standard_zones_begin_and_end_where_the_mission_says(ulong address, MemoryZone expected)
    {
        ZoneLayout zones = ZoneLayout.Standard;
        Assert.AreEqual(expected, zones.ZoneOf(PhysAddr.Create(address)));
        for (MemoryZone zone = MemoryZone.Dma; zone <= MemoryZone.HighMem; zone++)
            Assert.AreEqual(zone == expected, zones.RangeOf(zone).Contains(PhysAddr.Create(address)));
    }

    [TestMethod]
    public void Zones_have_whole_frames_in_order()
    {
        Assert.IsFalse(ZoneLayout.TryCreate(PhysAddr.Create(0x1001), PhysAddr.Create(0x2000), out _));
        Assert.IsFalse(ZoneLayout.TryCreate(PhysAddr.Create(0x1000), PhysAddr.Create(0x2001), out _));
        Assert.IsFalse(ZoneLayout.TryCreate(PhysAddr.Create(0x3000), PhysAddr.Create(0x2000), out _));
        Assert.ThrowsExactly<PanicException>(() => _ = Layout(0x3000, 0x2000));
        Assert.ThrowsExactly<PanicException>(() => _ = ZoneLayout.Standard.RangeOf((MemoryZone)3));
    }

    [TestMethod]
    public void A_region_that_is_not_there_panics()
    {
        using BuiltMap built = BuiltMap.From();
        Assert.ThrowsExactly<PanicException>(() => _ = built.Map[1]);
        Assert.ThrowsExactly<PanicException>(() => _ = built.Map[-1]);
        Assert.ThrowsExactly<PanicException>(() => _ = default(MemoryMap)[0]);
        Assert.AreEqual(MemoryRegionKind.None, default(MemoryMap).KindAt(PhysAddr.Zero));
    }

    [TestMethod]
    public void A_built_map_takes_no_more_entries()
    {
        using BuiltMap built = BuiltMap.From();
        Assert.ThrowsExactly<PanicException>(() => built.Builder.Add(0x1000, 0x1000, MemoryRegionKind.Reserved));
        Assert.ThrowsExactly<PanicException>(
            () => built.Builder.Reserve(PhysRange.Create(PhysAddr.Create(0x1000), 1), MemoryRegionKind.KernelImage));
        Assert.ThrowsExactly<PanicException>(() => _ = built.Builder.Build());
    }

    [TestMethod]
    public void Validate_sees_each_broken_guarantee()
    {
        Assert.IsTrue(Valid((0x1000, 0x1000, MemoryRegionKind.Usable), (0x2000, 5, MemoryRegionKind.Reserved)));
        Assert.IsFalse(Valid((0x1000, 0x1001, MemoryRegionKind.Usable)));
        Assert.IsFalse(Valid((0x1001, 0x1000, MemoryRegionKind.Usable)));
        Assert.IsFalse(Valid((0, 0x1000, MemoryRegionKind.Usable)));
        Assert.IsFalse(Valid((0x1000, 0, MemoryRegionKind.Reserved)));
        Assert.IsFalse(Valid((0x1000, 0x1000, MemoryRegionKind.None)));
        Assert.IsFalse(Valid((0x1000, 0x1000, (MemoryRegionKind)12)));
        Assert.IsFalse(Valid((0x1000, 0x1000, MemoryRegionKind.Usable), (0x2000, 0x1000, MemoryRegionKind.Usable)));
        Assert.IsFalse(Valid((0x1000, 0x1001, MemoryRegionKind.Reserved), (0x2000, 0x1000, MemoryRegionKind.Usable)));
        Assert.IsFalse(Valid((0x2000, 0x1000, MemoryRegionKind.Reserved), (0x1000, 0x1000, MemoryRegionKind.Usable)));
    }

    private static bool Valid(params (ulong Start, ulong Length, MemoryRegionKind Kind)[] regions)
    {
        MemoryRegion[] made = regions
            .Select(region => new MemoryRegion(PhysRange.Create(PhysAddr.Create(region.Start), region.Length), region.Kind))
            .ToArray();
        fixed (MemoryRegion* first = made)
            return new MemoryMap(first, made.Length).Validate();
    }

    private static ulong Total(List<RawEntry> regions, MemoryRegionKind kind, ulong from, ulong until)
    {
        ulong total = 0;
        foreach (RawEntry region in regions.Where(region => region.Kind == kind))
        {
            ulong start = ulong.Max(region.Start, from);
            ulong end = ulong.Min(region.Start + region.Length, until);
            total += start < end ? end - start : 0;
        }

        return total;
    }

    private static ZoneLayout Layout(ulong dmaEnd, ulong normalEnd) =>
        ZoneLayout.Create(PhysAddr.Create(dmaEnd), PhysAddr.Create(normalEnd));
}
