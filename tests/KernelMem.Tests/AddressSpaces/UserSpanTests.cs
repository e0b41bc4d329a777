using System;
using System.Numerics;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Tests.Addresses;
using static KernelMem.Tests.AddressSpaces.UserPointers;

namespace KernelMem.Tests.AddressSpaces;

[TestClass]
public sealed class UserSpanTests
{
    [TestMethod]
    public void Any_numbers_make_one_and_come_back() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Number, Arbitrary.Number), sample =>
        {
            UserSpan<long> span = UserPtr<long>.FromUser(sample.First).ToSpan(sample.Second);
            return span == UserSpan<long>.FromUser(sample.First, sample.Second)
                && span.Start.Value == sample.First && span.Length == sample.Second && span.IsEmpty == (sample.Second == 0);
        });

    [TestMethod]
    public void A_check_says_what_arithmetic_without_bounds_says()
    {
        foreach (UserAlignment alignment in new[] { UserAlignment.Any, UserAlignment.Natural })
        {
            foreach (ulong address in UserPointers.Addresses)
            {
                foreach (ulong count in Counts)
                {
                    CheckOne<byte>(address, count, 1, 1, alignment);
                    CheckOne<uint>(address, count, 4, 4, alignment);
                    CheckOne<Triple>(address, count, 12, 4, alignment);
                    CheckOne<Int128>(address, count, 16, 16, alignment);
                }
            }
        }
    }

    [TestMethod]
    public void No_elements_pass_wherever_they_are()
    {
        Result<VirtRange, UserMemoryError> result = UserSpan<int>.FromUser(ulong.MaxValue, 0).Check(AddressLayout.Standard, UserAlignment.Natural);
        Assert.IsTrue(result.Value.IsEmpty);
    }

    [TestMethod]
    public void Slices_and_elements_are_inside_or_refused()
    {
        foreach (ulong start in new ulong[] { 0, 0x1000_0000, ulong.MaxValue - 100, ulong.MaxValue })
        {
            foreach (ulong length in new ulong[] { 0, 1UL, 7, 8, 9, ulong.MaxValue / 12, ulong.MaxValue })
            {
                UserSpan<Triple> span = UserSpan<Triple>.FromUser(start, length);
                foreach (ulong from in new ulong[] { 0, 1UL, 7, 8, 9, ulong.MaxValue / 12, (ulong.MaxValue / 12) + 1, ulong.MaxValue })
                {
                    CheckElement(span, from);
                    CheckSlice(span, from, BigInteger.Max(0, new BigInteger(length) - from), span.TrySlice(from, out UserSpan<Triple> rest), rest);
                    foreach (ulong count in new ulong[] { 0, 1UL, 7, 8, 9, ulong.MaxValue - 8, ulong.MaxValue })
                        CheckSlice(span, from, count, span.TrySlice(from, count, out UserSpan<Triple> slice), slice);
                }
            }
        }
    }

    [TestMethod]
    public void Equality_is_that_of_both_numbers() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Number, Arbitrary.Number), sample =>
        {
            UserSpan<int> one = UserSpan<int>.FromUser(sample.First, sample.Second);
            UserSpan<int> same = UserSpan<int>.FromUser(sample.First, sample.Second);
            UserSpan<int> elsewhere = UserSpan<int>.FromUser(~sample.First, sample.Second);
            UserSpan<int> longer = UserSpan<int>.FromUser(sample.First, ~sample.Second);
            return one == same && one.Equals((object)same) && one.GetHashCode() == same.GetHashCode()
                && one != elsewhere && one != longer && !one.Equals((object)longer) && !one.Equals(new object());
        });

    [TestMethod]
    public void The_text_is_that_of_a_range()
    {
        foreach (string format in new[] { "", "G", "x", "X", "_" })
        {
            VirtAddr start = VirtAddr.Create(0x1234_5678);
            Texts.CheckSame(VirtRange.Create(start, 36), UserSpan<Triple>.FromUser(start.Value, 3), format);
            Texts.CheckSame(VirtRange.Create(start, 0), UserSpan<Triple>.FromUser(start.Value, 0), format);
        }

        VirtAddr last = VirtAddr.Create(ulong.MaxValue - 3);
        Texts.CheckSame(VirtRange.Create(last, 4), UserSpan<int>.FromUser(last.Value, 1), "");
        Texts.CheckSame(VirtRange.Create(last, 4), UserSpan<int>.FromUser(last.Value, 2), "");
        Assert.AreEqual("[0x0000000000000010-0xffffffffffffffff]", $"{UserSpan<int>.FromUser(0x10, ulong.MaxValue)}");
        Assert.ThrowsExactly<PanicException>(() => $"{UserSpan<int>.Empty:q}");
    }

    private static void CheckOne<T>(ulong address, ulong count, int size, int alignment, UserAlignment demand)
        where T : unmanaged
    {
        (UserMemoryError error, ulong start, ulong length) = Check(address, count, size, alignment, demand);
        Result<VirtRange, UserMemoryError> result = UserSpan<T>.FromUser(address, count).Check(AddressLayout.Standard, demand);
        bool agree = result.TryGet(out VirtRange range, out UserMemoryError actual) == (error == UserMemoryError.None)
            && actual == error && range.Start.Value == start && range.Length == length;
        if (!agree)
            Assert.Fail($"{count:x} {typeof(T).Name} at {address:x}, {demand}: {actual} {range} for {error}");
    }

    private static void CheckElement(UserSpan<Triple> span, ulong index)
    {
        ulong? expected = index < span.Length ? Add(span.Start.Value, index, 12) : null;
        Assert.AreEqual(expected.HasValue, span.TryGetElement(index, out UserPtr<Triple> element), $"{span} at {index}");
        Assert.AreEqual(expected.GetValueOrDefault(), element.Value, $"{span} at {index}");
    }

    private static void CheckSlice(UserSpan<Triple> span, ulong from, BigInteger count, bool possible, UserSpan<Triple> slice)
    {
        ulong? start = from + count <= span.Length ? Add(span.Start.Value, from, 12) : null;
        UserSpan<Triple> expected = start is { } first ? UserSpan<Triple>.FromUser(first, (ulong)count) : UserSpan<Triple>.Empty;
        Assert.AreEqual(start.HasValue, possible, $"{count} of {span} from {from}");
        Assert.AreEqual(expected, slice, $"{count} of {span} from {from}");
    }
}
