using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;

namespace KernelMem.Tests.Manager;

[TestClass]
public sealed class MemoryFailureTests
{
    private static readonly List<(MemoryFailure Failure, MemoryFailureSource Source, int Code, string Message)> Every =
    [
        .. All<MemoryMapError>(error => error, MemoryFailureSource.MemoryMap, BootErrors.Message),
        .. All<EarlyAllocatorError>(error => error, MemoryFailureSource.Early, BootErrors.Message),
        .. All<FrameError>(error => error, MemoryFailureSource.Frames, FrameErrors.Message),
        .. All<MapError>(error => error, MemoryFailureSource.Paging, PagingErrors.Message),
        .. All<AddressSpaceError>(error => error, MemoryFailureSource.Space, AddressSpaceErrors.Message),
        .. All<HeapError>(error => error, MemoryFailureSource.Heap, HeapErrors.Message),
    ];

    [TestMethod]
    public void It_says_where_it_comes_from_and_what_that_floor_says()
    {
        Assert.IsGreaterThan(50, Every.Count);
        foreach ((MemoryFailure failure, MemoryFailureSource source, int code, string message) in Every)
        {
            Assert.AreEqual((source, code, message), (failure.Source, failure.Code, failure.Message));
            Assert.DoesNotContain("unknown", message, StringComparison.Ordinal);
        }

        Assert.AreEqual((MemoryFailureSource.Order, "memory manager: called out of order"), (MemoryFailure.OutOfOrder.Source, MemoryFailure.OutOfOrder.Message));
        Assert.AreEqual("memory manager: no error", default(MemoryFailure).Message);
    }

    [TestMethod]
    public void Errors_are_equal_to_themselves_only()
    {
        List<MemoryFailure> all = [.. Every.Select(entry => entry.Failure), MemoryFailure.OutOfOrder, default];
        for (int left = 0; left < all.Count; left++)
        {
            for (int right = 0; right < all.Count; right++)
            {
                bool same = left == right;
                Assert.AreEqual(same, all[left] == all[right], $"{all[left].Message} and {all[right].Message}");
                Assert.AreEqual(same, all[left].Equals((object)all[right]));
                Assert.AreEqual(!same, all[left] != all[right]);
                Assert.AreEqual(same, all[left].GetHashCode() == all[right].GetHashCode());
            }
        }

        Assert.IsFalse(default(MemoryFailure).Equals(null));
    }

    [TestMethod]
    public void Memory_has_run_out_when_a_floor_says_so() =>
        CollectionAssert.AreEquivalent(
            new MemoryFailure[] { FrameError.OutOfMemory, MapError.OutOfMemory, AddressSpaceError.OutOfMemory, HeapError.OutOfMemory, EarlyAllocatorError.OutOfMemory },
            Every.Select(entry => entry.Failure).Where(failure => failure.IsOutOfMemory).ToArray());

    private static IEnumerable<(MemoryFailure, MemoryFailureSource, int, string)> All<TError>(
        Func<TError, MemoryFailure> convert, MemoryFailureSource source, Func<TError, string> message)
        where TError : struct, Enum => Enum.GetValues<TError>()
            .Select(error => (convert(error), source, Convert.ToInt32(error, System.Globalization.CultureInfo.InvariantCulture), message(error)));
}
