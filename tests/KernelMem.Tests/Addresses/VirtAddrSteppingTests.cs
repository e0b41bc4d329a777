using System.Collections.Generic;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

[TestClass]
public sealed class VirtAddrSteppingTests
{
    private static readonly List<ulong> EdgeValues = AddressOracle.EdgeAddresses(reach: 20, unit: 1);

    [TestMethod]
    public void Steps_between_all_pairs_at_the_edges_are_those_of_the_oracle()
    {
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong start in EdgeValues)
            {
                foreach (ulong end in EdgeValues)
                    CheckPair(VirtAddr.CreateUnchecked(start), VirtAddr.CreateUnchecked(end), width);
            }
        }
    }

    [TestMethod]
    public void Steps_from_the_edges_by_small_and_by_great_counts_are_those_of_the_oracle()
    {
        List<ulong> counts = AddressOracle.EdgeAddresses(reach: 42, unit: 1);
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            counts.Add((1UL << AddressOracle.Bits(width)) - 1);
            counts.Add(1UL << AddressOracle.Bits(width));
        }

        foreach (AddressWidth width in AddressOracle.Widths)
        {
            foreach (ulong start in EdgeValues)
            {
                foreach (ulong count in counts)
                    CheckStep(VirtAddr.CreateUnchecked(start), count, width);
            }
        }
    }

    [TestMethod]
    public void Behind_the_last_address_of_the_lower_half_comes_the_first_of_the_upper()
    {
        Assert.IsTrue(VirtAddr.Create(0x0000_7FFF_FFFF_FFFF).TryStepForward(1, AddressWidth.Bits48, out VirtAddr next));
        Assert.AreEqual(0xFFFF_8000_0000_0000, next.Value);
        Assert.IsTrue(next.TryStepBackward(1, AddressWidth.Bits48, out VirtAddr back));
        Assert.AreEqual(0x0000_7FFF_FFFF_FFFFUL, back.Value);
        Assert.IsTrue(VirtAddr.Create(0x0000_7FFF_FFFF_FFFF).TryStepForward(1, AddressWidth.Bits57, out next));
        Assert.AreEqual(0x0000_8000_0000_0000UL, next.Value);
        Assert.IsTrue(VirtAddr.CreateLa57(0x00FF_FFFF_FFFF_FFFF).TryStepForward(1, AddressWidth.Bits57, out next));
        Assert.AreEqual(0xFF00_0000_0000_0000, next.Value);
    }

    [TestMethod]
    public void The_ends_do_not_wrap()
    {
        foreach (AddressWidth width in AddressOracle.Widths)
        {
            Assert.IsFalse(VirtAddr.Create(ulong.MaxValue).TryStepForward(1, width, out VirtAddr result));
            Assert.AreEqual(VirtAddr.Zero, result);
            Assert.IsFalse(VirtAddr.Zero.TryStepBackward(1, width, out _));
            Assert.IsFalse(VirtAddr.Zero.TryStepForward(ulong.MaxValue, width, out _));
            Assert.IsTrue(VirtAddr.Create(ulong.MaxValue).TryStepForward(0, width, out result));
            Assert.AreEqual(ulong.MaxValue, result.Value);
        }
    }

    [TestMethod]
    public void A_signed_step_is_the_unsigned_one_in_its_direction()
    {
        VirtAddr start = VirtAddr.Create(0x1000);
        Assert.IsTrue(start.TryStep(+3, AddressWidth.Bits48, out VirtAddr result));
        Assert.AreEqual(0x1003UL, result.Value);
        Assert.IsTrue(start.TryStep(-3, AddressWidth.Bits48, out result));
        Assert.AreEqual(0xFFDUL, result.Value);
        Assert.IsTrue(start.TryStep(0, AddressWidth.Bits48, out result));
        Assert.AreEqual(start, result);
        Assert.IsFalse(start.TryStep(long.MinValue, AddressWidth.Bits57, out _));
        Assert.IsFalse(start.TryStep(long.MaxValue, AddressWidth.Bits57, out _));
    }

    [TestMethod]
    public void A_step_back_undoes_a_step_forward() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.Number), sample =>
        {
            ((VirtAddr start, AddressWidth width), ulong count) = sample;
            return !start.TryStepForward(count, width, out VirtAddr end)
                || (end.TryStepBackward(count, width, out VirtAddr back)
                    && back == start
                    && end >= start
                    && VirtAddr.TryStepsBetween(start, end, width, out ulong steps)
                    && steps == count);
        });

    [TestMethod]
    public void Steps_add_up() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.Pair(Arbitrary.Number, Arbitrary.Number)), sample =>
        {
            ((VirtAddr start, AddressWidth width), (ulong first, ulong second)) = sample;
            (first, second) = (first >> 8, second >> 8);
            bool atOnce = start.TryStepForward(first + second, width, out VirtAddr far);
            VirtAddr end = default;
            bool inTwo = start.TryStepForward(first, width, out VirtAddr middle) && middle.TryStepForward(second, width, out end);
            return atOnce == inTwo && far == end;
        });

    private static void CheckPair(VirtAddr start, VirtAddr end, AddressWidth width)
    {
        ulong? expected = AddressOracle.Steps(start.Value, end.Value, BigInteger.One, width);
        bool possible = VirtAddr.TryStepsBetween(start, end, width, out ulong steps);
        if (possible != expected.HasValue || steps != expected.GetValueOrDefault())
            Assert.Fail($"{start} to {end}, {width}: {steps} for {expected}");
    }

    private static void CheckStep(VirtAddr start, ulong count, AddressWidth width)
    {
        ulong? forward = AddressOracle.Step(start.Value, count, BigInteger.One, width);
        bool possible = start.TryStepForward(count, width, out VirtAddr result);
        if (possible != forward.HasValue || result.Value != forward.GetValueOrDefault())
            Assert.Fail($"{start} + {count:x}, {width}: {result} for {forward:x}");

        ulong? backward = AddressOracle.Step(start.Value, -new BigInteger(count), BigInteger.One, width);
        possible = start.TryStepBackward(count, width, out result);
        if (possible != backward.HasValue || result.Value != backward.GetValueOrDefault())
            Assert.Fail($"{start} - {count:x}, {width}: {result} for {backward:x}");
    }
}
