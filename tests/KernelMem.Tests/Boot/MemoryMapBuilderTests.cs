using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

[TestClass]
public sealed unsafe class MemoryMapBuilderTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(5000).WithEndSize(40);

    [TestMethod]
    public void Any_map_is_what_the_oracle_says() =>
        Prop.ForAll(RawMaps.Arbitrary, raw =>
        {
            using BuiltMap built = BuiltMap.From(raw);
            AssertSame(NormaliserOracle.Normalise(raw), BuiltMap.Listed(built.Map));
            Assert.IsTrue(built.Map.Validate());
        }).Check(Thousands);

    [TestMethod]
    public void The_order_of_entries_does_not_matter() =>
        Prop.ForAll(RawMaps.Arbitrary, raw =>
        {
            using BuiltMap forwards = BuiltMap.From(raw);
            using BuiltMap backwards = BuiltMap.From(raw.Reverse().ToArray());
            AssertSame(BuiltMap.Listed(forwards.Map), BuiltMap.Listed(backwards.Map));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [TestMethod]
    public void A_normalised_map_normalises_to_itself() =>
        Prop.ForAll(RawMaps.Arbitrary, raw =>
        {
            using BuiltMap once = BuiltMap.From(raw);
            using BuiltMap twice = BuiltMap.From(BuiltMap.Listed(once.Map).ToArray());
            AssertSame(BuiltMap.Listed(once.Map), BuiltMap.Listed(twice.Map));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [TestMethod]
    public void A_small_buffer_gives_the_right_map_or_none() =>
        Prop.ForAll(RawMaps.Arbitrary, raw =>
        {
            ulong needed = MemoryMapBuilder.MetadataSize(raw.Length);
            for (ulong bytes = MemoryMapBuilder.MetadataSize(0); bytes <= needed; bytes += 40)
            {
                using BuiltMap built = BuiltMap.InBufferOf(bytes, raw);
                if (built.Result.TryGet(out MemoryMap map, out MemoryMapError error))
                    AssertSame(NormaliserOracle.Normalise(raw), BuiltMap.Listed(map));
                else
                    Assert.AreEqual(MemoryMapError.CapacityExceeded, error);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [TestMethod]
    public void The_size_said_to_be_enough_is_enough_for_the_worst_map()
    {
        // Bad bytes in the middle of frames: each makes four regions, a bad one, a usable one, and a sliver on either
        // side. No entry can make more.
        for (int holes = 0; holes < 120; holes++)
        {
            RawEntry[] raw = Enumerable.Range(1, holes)
                .Select(at => new RawEntry((ulong)at * 0x10_000 + 1, 1, MemoryRegionKind.BadMemory))
                .Append(new RawEntry(0x8_000, (ulong)holes * 0x10_000 + 0x10_000, MemoryRegionKind.Usable))
                .ToArray();

            using BuiltMap built = BuiltMap.From(raw);
            Assert.AreEqual(2 + holes * 4, built.Map.Count);
            if (holes % 10 == 0)
                AssertSame(NormaliserOracle.Normalise(raw), BuiltMap.Listed(built.Map));
        }
    }

    [TestMethod]
    public void Ten_thousand_entries_in_the_worst_orders()
    {
        RawEntry[] sorted = Enumerable.Range(1, 10_000)
            .Select(at => new RawEntry((ulong)at * 0x2000, 0x1000, MemoryRegionKind.Usable))
            .ToArray();

        foreach (RawEntry[] raw in new[] { sorted, sorted.Reverse().ToArray(), Interleaved(sorted) })
        {
            using BuiltMap built = BuiltMap.From(raw);
            Assert.AreEqual(10_001, built.Map.Count);
            Assert.AreEqual(10_000UL * 0x1000, built.Map.TotalBytes(MemoryRegionKind.Usable));
            Assert.IsTrue(built.Map.Validate());
        }
    }

    [TestMethod]
    public void The_map_of_a_q35_machine()
    {
        RawEntry[] raw = RawMaps.Q35With256MiB
            .Select(entry => new RawEntry(entry.Start, entry.Length, MemoryRegionKinds.FromE820(entry.Type)))
            .ToArray();

        using BuiltMap built = BuiltMap.From(raw);
        RawEntry[] expected =
        [
            new(0x0, 0x1000, MemoryRegionKind.Reserved),
            new(0x1000, 0x9e000, MemoryRegionKind.Usable),
            new(0x9f000, 0x1000, MemoryRegionKind.Reserved),
            new(0xf0000, 0x10000, MemoryRegionKind.Reserved),
            new(0x100000, 0xfedf000, MemoryRegionKind.Usable),
            new(0xffdf000, 0x21000, MemoryRegionKind.Reserved),
            new(0xb0000000, 0x10000000, MemoryRegionKind.Reserved),
            new(0xfed1c000, 0x4000, MemoryRegionKind.Reserved),
            new(0xfffc0000, 0x40000, MemoryRegionKind.Reserved),
            new(0xfd00000000, 0x300000000, MemoryRegionKind.Reserved),
        ];
        AssertSame(expected, BuiltMap.Listed(built.Map));
        Assert.AreEqual(0UL, built.Map.TotalBytes(MemoryRegionKind.Usable, ZoneLayout.Standard.RangeOf(MemoryZone.HighMem)));
        Assert.AreEqual(0xF9E000UL, built.Map.TotalBytes(MemoryRegionKind.Usable, ZoneLayout.Standard.RangeOf(MemoryZone.Dma)));
        Assert.AreEqual(0xEFDF000UL, built.Map.TotalBytes(MemoryRegionKind.Usable, ZoneLayout.Standard.RangeOf(MemoryZone.Normal)));
        Assert.AreEqual(0xFFDF000UL, built.Map.UsableEnd);
    }

    [TestMethod]
    public void Where_two_kinds_overlap_the_more_severe_wins_and_usable_never_grows()
    {
        for (MemoryRegionKind low = MemoryRegionKind.Usable; low < MemoryRegionKind.BadMemory; low++)
        {
            for (MemoryRegionKind high = low + 1; high <= MemoryRegionKind.BadMemory; high++)
            {
                using BuiltMap built = BuiltMap.From(new RawEntry(0x10_000, 0x4000, low), new RawEntry(0x12_000, 0x4000, high));
                Assert.AreEqual(low, built.Map.KindAt(PhysAddr.Create(0x11_FFF)));
                Assert.AreEqual(high, built.Map.KindAt(PhysAddr.Create(0x12_000)));
                Assert.AreEqual(high, built.Map.KindAt(PhysAddr.Create(0x15_FFF)));
                Assert.AreEqual(MemoryRegionKind.None, built.Map.KindAt(PhysAddr.Create(0x16_000)));
            }
        }
    }

    [TestMethod]
    public void Two_usable_halves_of_a_frame_make_a_usable_frame()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x10_000, 0x800, MemoryRegionKind.Usable), new RawEntry(0x10_800, 0x800, MemoryRegionKind.Usable));
        Assert.AreEqual(0x1000UL, built.Map.TotalBytes(MemoryRegionKind.Usable));
    }

    [TestMethod]
    public void A_reservation_of_one_byte_takes_its_frame_and_no_other()
    {
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(2));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.Add(0x10_000, 0x3000, MemoryRegionKind.Usable);
        builder.Reserve(PhysRange.Create(PhysAddr.Create(0x11_800), 1), MemoryRegionKind.KernelImage);

        RawEntry[] expected =
        [
            new(0, 0x1000, MemoryRegionKind.Reserved),
            new(0x10_000, 0x1000, MemoryRegionKind.Usable),
            new(0x11_000, 0x1000, MemoryRegionKind.KernelImage),
            new(0x12_000, 0x1000, MemoryRegionKind.Usable),
        ];
        AssertSame(expected, BuiltMap.Listed(builder.Build().Value));
    }

    [TestMethod]
    public void Nonsense_entries_are_counted()
    {
        using BuiltMap built = BuiltMap.From(
            new RawEntry(0x5000, 0, MemoryRegionKind.Usable),
            new RawEntry(0x5000, ulong.MaxValue, MemoryRegionKind.Usable),
            new RawEntry(1UL << 52, 0x1000, MemoryRegionKind.Usable),
            new RawEntry((1UL << 52) - 0x1000, 0x2000, MemoryRegionKind.Reserved),
            new RawEntry(1UL << 63, 0x1000, MemoryRegionKind.BadMemory));

        Assert.AreEqual(1, built.Builder.EmptyEntries);
        Assert.AreEqual(2, built.Builder.RefusedEntries);
        Assert.AreEqual(2, built.Builder.ClippedEntries);
        Assert.AreEqual(0UL, built.Map.TotalBytes(MemoryRegionKind.Usable));
        Assert.AreEqual(MemoryRegionKind.Reserved, built.Map.KindAt(PhysAddr.Max));
        Assert.AreEqual(0UL, built.Map.TotalBytes(MemoryRegionKind.BadMemory));
    }

    [TestMethod]
    public void Usable_memory_may_reach_the_top()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry((1UL << 52) - 0x3000, 0x3000, MemoryRegionKind.Usable));
        Assert.AreEqual(0x3000UL, built.Map.TotalBytes(MemoryRegionKind.Usable));
        Assert.AreEqual(1UL << 52, built.Map.UsableEnd);
    }

    [TestMethod]
    public void Frame_zero_is_reserved_and_the_rest_of_low_memory_is_not()
    {
        using BuiltMap built = BuiltMap.From(new RawEntry(0, 0xA0_000, MemoryRegionKind.Usable));
        Assert.AreEqual(MemoryRegionKind.Reserved, built.Map.KindAt(PhysAddr.Zero));
        Assert.AreEqual(0x9F_000UL, built.Map.TotalBytes(MemoryRegionKind.Usable));
    }

    [TestMethod]
    public void A_lost_entry_loses_the_map()
    {
        // Room for the first few entries only; the reservation that comes last must not be forgotten.
        RawEntry[] raw = Enumerable.Range(1, 30)
            .Select(at => new RawEntry((ulong)at * 0x1000, 0x1000, MemoryRegionKind.Usable))
            .Append(new RawEntry(0x5000, 0x1000, MemoryRegionKind.BadMemory))
            .ToArray();
        using BuiltMap built = BuiltMap.InBufferOf(MemoryMapBuilder.MetadataSize(4), raw);
        Assert.AreEqual(MemoryMapError.CapacityExceeded, built.Result.Error);
    }

    [TestMethod]
    public void A_reservation_must_say_what_is_there()
    {
        foreach (MemoryRegionKind kind in new[] { MemoryRegionKind.None, MemoryRegionKind.Usable })
        {
            using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(2));
            MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
            builder.Reserve(PhysRange.Create(PhysAddr.Create(0x1000), 1), kind);
            Assert.AreEqual(MemoryMapError.NotAReservation, builder.Build().Error);
        }
    }

    [TestMethod]
    public void An_empty_reservation_is_nothing()
    {
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(0));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.Reserve(default, MemoryRegionKind.BootData);
        Assert.AreEqual(1, builder.Build().Value.Count);
        Assert.AreEqual(0, builder.EmptyEntries);
    }

    [TestMethod]
    public void A_copy_of_the_builder_is_the_same_builder()
    {
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(2));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.Add(0x10_000, 0x1000, MemoryRegionKind.Usable);
        ReserveElsewhere(builder);
        Assert.AreEqual(0UL, builder.Build().Value.TotalBytes(MemoryRegionKind.Usable));

        static void ReserveElsewhere(MemoryMapBuilder copy) =>
            copy.Reserve(PhysRange.Create(PhysAddr.Create(0x10_000), 0x1000), MemoryRegionKind.BootData);
    }

    [TestMethod]
    public void A_bad_buffer_is_refused()
    {
        ulong bytes = MemoryMapBuilder.MetadataSize(1);
        using GuardedMemory buffer = GuardedMemory.AgainstStart((int)bytes + 1);
        Assert.AreEqual(MemoryMapError.BadBuffer, MemoryMapBuilder.Create(null, bytes).Error);
        Assert.AreEqual(MemoryMapError.BadBuffer, MemoryMapBuilder.Create(buffer.Start + 1, bytes).Error);
        Assert.AreEqual(MemoryMapError.BadBuffer, MemoryMapBuilder.Create(buffer.Start, MemoryMapBuilder.MetadataSize(0) - 1).Error);
        Assert.AreEqual(MemoryMapError.BadBuffer, MemoryMapBuilder.Create(buffer.Start, ulong.MaxValue).Error);
    }

    [TestMethod]
    public void A_buffer_of_odd_length_is_used_up_to_the_last_whole_word()
    {
        using GuardedMemory buffer = GuardedMemory.AgainstStart((int)MemoryMapBuilder.MetadataSize(1) + 7);
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        buffer.Bytes[^7..].Fill(0xEE);
        builder.Add(0x10_000, 0x1000, MemoryRegionKind.Usable);
        Assert.AreEqual(2, builder.Build().Value.Count);
        Assert.AreEqual(-1, buffer.Bytes[^7..].IndexOfAnyExcept((byte)0xEE));
    }

    private static RawEntry[] Interleaved(RawEntry[] sorted) =>
        sorted.Where((_, index) => index % 2 == 1).Concat(sorted.Where((_, index) => index % 2 == 0)).ToArray();

    private static void AssertSame(IReadOnlyCollection<RawEntry> expected, IReadOnlyCollection<RawEntry> actual)
    {
        if (!expected.SequenceEqual(actual))
            throw new InvalidOperationException($"expected {string.Join(' ', expected)}\nbut got {string.Join(' ', actual)}");
    }
}
