using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;

namespace KernelMem.Tests.Architecture;

/// <summary>
/// What a struct inherits from <see cref="ValueType"/> throws where an inline array is inside: such structs say themselves when two of
/// them are equal.
/// </summary>
[TestClass]
public sealed class EqualityTests
{
    public static IEnumerable<object[]> Structs => typeof(Panic).Assembly.GetExportedTypes()
        .Where(type => type.IsValueType && !type.IsByRefLike && !type.ContainsGenericParameters)
        .Select(type => new object[] { type });

    [TestMethod]
    [DynamicData(nameof(Structs))]
    public void Any_public_struct_can_be_compared_and_hashed(Type type)
    {
        object left = Activator.CreateInstance(type)!;
        object right = Activator.CreateInstance(type)!;
        Assert.IsTrue(left.Equals(right));
        Assert.AreEqual(left.GetHashCode(), right.GetHashCode());
    }

    [TestMethod]
    public void Figures_differ_if_any_of_them_does()
    {
        EveryBitMatters<FreeBlocks>();
        EveryBitMatters<MapperStatistics>();
        EveryBitMatters<FaultStatistics>();
        EveryBitMatters<FlushStatistics>();
        EveryBitMatters<HeapStatistics>();

        // Fields of less than eight bytes: the zone, a count.
        const int AfterByte = 7;
        const int AfterInt = 4;
        EveryBitMatters<ZoneStatistics>(AfterByte);
        EveryBitMatters<RegionStatistics>(AfterInt);
        EveryBitMatters<MemoryStatistics>((ZoneLayout.ZoneCount * AfterByte) + (RegionKinds.Count * AfterInt) + AfterInt);
    }

    [TestMethod]
    public void Batches_are_equal_that_owe_the_same()
    {
        FlushBatch empty = default;
        FlushBatch first = Batch(1);
        FlushBatch second = Batch(2);
        FlushBatch both = Batch(1, 2);
        Assert.IsTrue(first == Batch(1) && both == Batch(1, 2) && empty == default);
        Assert.IsTrue(empty != first && first != second && first != both && both != Batch(2, 1));
        Assert.AreEqual(both.GetHashCode(), Batch(1, 2).GetHashCode());
        Assert.IsTrue(both.Equals((object)Batch(1, 2)));
        Assert.IsFalse(both.Equals("no batch"));
    }

    private static unsafe FlushBatch Batch(params ulong[] pages)
    {
        FlushBatch batch = default;
        foreach (ulong page in pages)
            batch.Add(new Unmapped<Size4KiB>(null, Page.Create(VirtAddr.Create(page << 12)), page << 12, EntryFormat.Create(52, gigabytePages: false)), FrameUse.Kernel);

        return batch;
    }

    // All but those of the padding.
    private static unsafe void EveryBitMatters<T>(int padding = 0)
        where T : unmanaged, IEquatable<T>
    {
        T zero = default;
        int ignored = 0;
        for (int bit = 0; bit < sizeof(T) * 8; bit++)
        {
            T other = default;
            ((byte*)&other)[bit / 8] = (byte)(1 << (bit % 8));
            bool same = zero.Equals(other);
            Assert.AreEqual(same, zero.Equals((object)other));
            ignored += same ? 1 : 0;
            if (same)
                Assert.AreEqual(zero.GetHashCode(), other.GetHashCode());
        }

        Assert.AreEqual(padding * 8, ignored, typeof(T).Name);
    }
}
