using System;
using FsCheck;
using FsCheck.Fluent;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

/// <summary>Random numbers that find mistakes: all magnitudes alike, and many close to the edges of the address spaces.</summary>
internal static class Arbitrary
{
    private static readonly ulong[] Edges = [.. AddressOracle.EdgeAddresses(reach: 0, unit: 1)];

    /// <summary>Any 64 bits.</summary>
    public static Gen<ulong> Number { get; } = Gen.OneOf(Magnitudes(), NearEdges());

    public static Gen<AddressWidth> Width { get; } = Gen.Elements(AddressOracle.Widths);

    /// <summary>Powers of two, 1 to 2^63.</summary>
    public static Gen<ulong> PowerOfTwo { get; } = Gen.Choose(0, 63).Select(shift => 1UL << shift);

    /// <summary>An address of a width, with the width.</summary>
    public static Gen<(VirtAddr Address, AddressWidth Width)> Virtual { get; } =
        Number.SelectMany(number => Width.Select(width => (
            width == AddressWidth.Bits48 ? VirtAddr.CreateTruncated(number) : VirtAddr.CreateTruncatedLa57(number), width)));

    public static Gen<PhysAddr> Physical { get; } = Number.Select(PhysAddr.CreateTruncated);

    public static Gen<(TFirst First, TSecond Second)> Pair<TFirst, TSecond>(Gen<TFirst> first, Gen<TSecond> second) =>
        first.SelectMany(one => second.Select(two => (one, two)));

    /// <summary>Checks a law on many cases; a failure prints the case and the seed that replays it.</summary>
    public static void Check<T>(Gen<T> generator, Func<T, bool> law, int cases = 3000) =>
        Prop.ForAll(Arb.From(generator), law).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));

    private static Gen<ulong> Magnitudes() =>
        Gen.Choose(0, 0xFFFF).Four().SelectMany(part => Gen.Choose(0, 63).Select(shift =>
            (((ulong)part.Item1 << 48) + ((ulong)part.Item2 << 32) + ((ulong)part.Item3 << 16) + (ulong)part.Item4) >> shift));

    private static Gen<ulong> NearEdges() =>
        Gen.Elements(Edges).SelectMany(edge => Gen.Choose(-5000, 5000).Select(offset => unchecked(edge + (ulong)offset)));
}
