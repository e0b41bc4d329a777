using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>Random raw maps: crowded, unaligned, unsorted, with duplicates, and with nonsense among them.</summary>
internal static class RawMaps
{
    /// <summary>The map QEMU gives a q35 machine with 256 MiB by PVH.</summary>
    public static readonly (ulong Start, ulong Length, uint Type)[] Q35With256MiB =
    [
        (0x0, 0x9fc00, 1),
        (0x9fc00, 0x400, 2),
        (0xf0000, 0x10000, 2),
        (0x100000, 0xfedf000, 1),
        (0xffdf000, 0x21000, 2),
        (0xb0000000, 0x10000000, 2),
        (0xfed1c000, 0x4000, 2),
        (0xfffc0000, 0x40000, 2),
        (0xfd00000000, 0x300000000, 2),
    ];

    public static Arbitrary<RawEntry[]> Arbitrary => Arb.From(Maps(Entry), WithoutOne);

    /// <summary>Maps of a few hundred frames with much usable memory, for allocators to work on.</summary>
    public static Gen<RawEntry[]> Small =>
        from map in Maps(SmallEntry)
        select map.Append(new RawEntry(0x40_000, 0x20_000, MemoryRegionKind.Usable)).ToArray();

    // Half of all entries say usable, or nothing much would be left; 0 and 12 and up are no kinds.
    private static Gen<MemoryRegionKind> Kind => Gen.OneOf(
        Gen.Constant(MemoryRegionKind.Usable),
        Gen.Choose(0, 13).Select(number => (MemoryRegionKind)number));

    private static Gen<ulong> Near => Gen.OneOf(
        Gen.Choose(0, 40).Select(frame => (ulong)frame * 0x1000),
        Gen.Choose(0, 160).Select(quarter => (ulong)quarter * 0x400),
        Gen.Choose(0, 40 * 0x1000).Select(at => (ulong)at));

    private static Gen<RawEntry> SmallEntry =>
        from start in Near
        from length in Near
        from kind in Kind
        select new RawEntry(start * 4, length, kind);

    private static Gen<RawEntry> Entry => Gen.Frequency(
        (8, SmallEntry.Select(entry => entry with { Start = entry.Start / 4 })),
        (1, HighEntry),
        (1, AnyEntry));

    // Around 2^52 and around 2^64.
    private static Gen<RawEntry> HighEntry =>
        from edge in Gen.Elements(1UL << 52, 0UL)
        from below in Near
        from length in Gen.OneOf(Near, Gen.Constant(below), Gen.Elements(ulong.MaxValue, 1UL << 52, (1UL << 52) - 1, 1UL << 63))
        from kind in Kind
        select new RawEntry(unchecked(edge - below), length, kind);

    private static Gen<RawEntry> AnyEntry =>
        from bits in Gen.Choose(0, 63)
        from low in Gen.Choose(0, int.MaxValue)
        from lengthBits in Gen.Choose(0, 63)
        from kind in Kind
        select new RawEntry((1UL << bits) + (ulong)low, (1UL << lengthBits) - ((ulong)low & 0xFFF), kind);

    private static Gen<RawEntry[]> Maps(Gen<RawEntry> entry) =>
        from entries in entry.ArrayOf()
        from repeated in Gen.Choose(0, 3)
        from map in Gen.Shuffle(entries.Concat(entries.Take(repeated)))
        select map.Take(40).ToArray();

    private static IEnumerable<RawEntry[]> WithoutOne(RawEntry[] map)
    {
        for (int left = 0; left < map.Length; left++)
            yield return map.Where((_, index) => index != left).ToArray();
    }
}
