using System;
using System.Collections.Generic;
using System.Reflection;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Tests.Addresses;
using static KernelMem.Tests.AddressSpaces.UserPointers;

namespace KernelMem.Tests.AddressSpaces;

[TestClass]
public sealed class UserPtrTests
{
    [TestMethod]
    public void Any_number_makes_one_and_comes_back() =>
        Arbitrary.Check(Arbitrary.Number, number =>
        {
            UserPtr<long> pointer = UserPtr<long>.FromUser(number);
            return pointer.Value == number && pointer.IsNull == (number == 0) && pointer.IsAligned == (number % 8 == 0)
                && pointer.Cast<byte>().Value == number && pointer.Cast<byte>().IsAligned;
        });

    [TestMethod]
    public void A_check_says_what_arithmetic_without_bounds_says()
    {
        foreach (UserAlignment alignment in new[] { UserAlignment.Any, UserAlignment.Natural })
        {
            foreach (ulong address in UserPointers.Addresses)
            {
                CheckOne<byte>(address, 1, 1, alignment);
                CheckOne<uint>(address, 4, 4, alignment);
                CheckOne<Triple>(address, 12, 4, alignment);
                CheckOne<Packed>(address, 9, 1, alignment);
                CheckOne<Int128>(address, 16, 16, alignment);
            }
        }
    }

    [TestMethod]
    public void A_check_asks_the_layout_it_is_given()
    {
        Assert.IsTrue(AddressLayout.TryCreate(
            VirtRange.Create(VirtAddr.Create(0x40_0000), 0x1000),
            VirtRange.Create(VirtAddr.Create(0x4444_4444_0000), 0x1000),
            AddressLayout.Standard.DirectMap,
            AddressLayout.Standard.Devices,
            AddressLayout.Standard.KernelRegions,
            out AddressLayout small));
        Assert.AreEqual(VirtRange.Create(VirtAddr.Create(0x40_0FFC), 4), UserPtr<int>.FromUser(0x40_0FFC).Check(small, UserAlignment.Natural).Value);
        Assert.AreEqual(UserMemoryError.OutsideUserRange, UserPtr<int>.FromUser(0x40_0FFD).Check(small, UserAlignment.Any).Error);
        Assert.AreEqual(UserMemoryError.OutsideUserRange, UserPtr<int>.FromUser(0x1000_0000).Check(small, UserAlignment.Any).Error);
    }

    [TestMethod]
    public void Sums_are_exact_or_refused()
    {
        foreach (ulong address in UserPointers.Addresses)
        {
            foreach (ulong count in Counts)
            {
                CheckSum<byte>(address, count, 1);
                CheckSum<Triple>(address, count, 12);
                CheckSum<Int128>(address, count, 16);
            }
        }
    }

    [TestMethod]
    public void A_sum_that_there_is_not_passes_no_check()
    {
        UserPtr<int> beyond = UserPtr<int>.FromUser(0x1000_0000) + (1UL << 62);
        Assert.AreEqual(ulong.MaxValue, beyond.Value);
        Assert.AreEqual(UserMemoryError.OutsideUserRange, beyond.Check(AddressLayout.Standard, UserAlignment.Any).Error);
        Assert.AreEqual(ulong.MaxValue, (beyond + 1).Value);
    }

    [TestMethod]
    public void A_field_lies_inside_its_type()
    {
        UserPtr<Triple> pointer = UserPtr<Triple>.FromUser(0x1000_0000);
        Assert.IsTrue(pointer.TryField(8, out UserPtr<uint> third));
        Assert.AreEqual(0x1000_0008UL, third.Value);
        Assert.IsTrue(pointer.TryField(0, out UserPtr<Triple> whole));
        Assert.AreEqual(pointer, whole);
        Assert.IsTrue(pointer.TryField(11, out UserPtr<byte> last));
        Assert.AreEqual(0x1000_000BUL, last.Value);
        foreach (ulong offset in new[] { 9UL, 12UL, ulong.MaxValue - 3, ulong.MaxValue })
        {
            Assert.IsFalse(pointer.TryField(offset, out UserPtr<uint> outside), $"{offset}");
            Assert.IsTrue(outside.IsNull);
        }

        Assert.IsFalse(pointer.TryField(0, out UserPtr<Int128> larger));
        Assert.IsTrue(larger.IsNull);
        Assert.IsTrue(UserPtr<Triple>.FromUser(ulong.MaxValue - 4).TryField(4, out UserPtr<uint> top));
        Assert.AreEqual(ulong.MaxValue, top.Value);
        Assert.IsFalse(UserPtr<Triple>.FromUser(ulong.MaxValue - 3).TryField(4, out top));
        Assert.IsTrue(top.IsNull);
    }

    [TestMethod]
    public void The_order_is_that_of_the_numbers() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Number, Arbitrary.Number), sample =>
        {
            UserPtr<int> left = UserPtr<int>.FromUser(sample.First);
            UserPtr<int> right = UserPtr<int>.FromUser(sample.Second);
            return Order.Agrees(left.Value, right.Value, left.CompareTo(right), left.Equals(right), left.GetHashCode() == right.GetHashCode())
                && (left < right) == (left.Value < right.Value)
                && (left <= right) == (left.Value <= right.Value)
                && (left > right) == (left.Value > right.Value)
                && (left >= right) == (left.Value >= right.Value)
                && (left == right) == (left.Value == right.Value)
                && (left != right) == (left.Value != right.Value);
        });

    [TestMethod]
    public void Equality_with_objects_asks_for_the_type()
    {
        object boxed = UserPtr<int>.FromUser(8);
        Assert.IsTrue(UserPtr<int>.FromUser(8).Equals(boxed));
        Assert.IsFalse(UserPtr<int>.FromUser(9).Equals(boxed));
        Assert.IsFalse(UserPtr<uint>.FromUser(8).Equals(boxed));
        Assert.AreEqual(UserPtr<int>.Null, default);
    }

    [TestMethod]
    public void The_text_is_that_of_an_address()
    {
        foreach (string format in new[] { "", "G", "x", "X", "_" })
        {
            VirtAddr address = VirtAddr.Create(0xFFFF_8000_00AB_CDEF);
            Texts.CheckSame(address, UserPtr<int>.FromUser(address.Value), format);
        }

        Assert.AreEqual("0xffff800000abcdef", $"{UserPtr<int>.FromUser(0xFFFF_8000_00AB_CDEF)}");
        Assert.ThrowsExactly<PanicException>(() => $"{UserPtr<int>.Null:q}");
    }

    /// <summary>Nothing of the two types gives out a raw pointer or a reference: all that comes out is a number, an address, or theirs.</summary>
    [TestMethod]
    [DataRow(typeof(UserPtr<>))]
    [DataRow(typeof(UserSpan<>))]
    public void It_cannot_be_dereferenced(Type type)
    {
        Assert.IsNotNull(type.GetCustomAttribute<UserMemoryAttribute>());
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        List<string> ways = [];
        foreach (MethodInfo method in type.GetMethods(Public))
        {
            if (method.ReturnType.IsPointer || method.ReturnType.IsByRef || method.Name == "op_Implicit")
                ways.Add(method.Name);
        }

        Assert.IsEmpty(ways);
        Assert.IsEmpty(type.GetFields(Public));
    }

    private static void CheckOne<T>(ulong address, int size, int alignment, UserAlignment demand)
        where T : unmanaged
    {
        (UserMemoryError error, ulong start, ulong length) = Check(address, 1, size, alignment, demand);
        Result<VirtRange, UserMemoryError> result = UserPtr<T>.FromUser(address).Check(AddressLayout.Standard, demand);
        bool agree = result.TryGet(out VirtRange range, out UserMemoryError actual) == (error == UserMemoryError.None)
            && actual == error && range.Start.Value == start && range.Length == length;
        Assert.IsTrue(agree, $"{typeof(T).Name} at {address:x}, {demand}: {actual} {range} for {error}");
    }

    private static void CheckSum<T>(ulong address, ulong count, int size)
        where T : unmanaged
    {
        ulong? expected = Add(address, count, size);
        UserPtr<T> pointer = UserPtr<T>.FromUser(address);
        bool possible = pointer.TryAdd(count, out UserPtr<T> sum);
        bool agree = possible == expected.HasValue && sum.Value == expected.GetValueOrDefault() && (pointer + count).Value == (expected ?? ulong.MaxValue);
        Assert.IsTrue(agree, $"{typeof(T).Name} {address:x} + {count:x}: {sum} for {expected:x}");
    }
}
