using System;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Heap;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using KernelMem.Tests.Platform;
using TestHeap = KernelMem.Heap.KernelHeap<KernelMem.Simulation.SimulatedPlatform, KernelMem.Tests.Heap.TestPages>;

namespace KernelMem.Tests.Heap;

/// <summary>A heap on a machine of its own, with the calling thread on CPU 0.</summary>
internal sealed unsafe class HeapFixture : IDisposable
{
    public const ulong Start = 0x4444_4444_0000;

    private readonly GuardedMemory _metadata;
    private SimulatedMachine.CpuScope _scope;

    public HeapFixture(ulong rangeBytes = 1 << 20, int cpus = 1, ulong start = Start)
    {
        Machine = new SimulatedMachine(512UL << 20, cpus);
        Supply = new HeapSupply(Machine);
        _scope = Machine.Enter(0);
        VirtRange range = VirtRange.Create(VirtAddr.Create(start), rangeBytes);
        _metadata = GuardedMemory.AgainstEnd((int)TestHeap.MetadataSize(range));
        _metadata.Bytes.Fill(0xCC);
        Heap = TestHeap.Create(Machine.Platform, new TestPages(Supply.Handle), range, _metadata.Start, (ulong)_metadata.Length).Value;
    }

    public SimulatedMachine Machine { get; }

    public HeapSupply Supply { get; }

    public TestHeap Heap { get; }

    public Span<byte> Metadata => _metadata.Bytes;

    public void Dispose()
    {
        _scope.Dispose();
        Machine.Dispose();
        _metadata.Dispose();
    }

    /// <summary>Runs a thread on each CPU. The calling thread leaves its own meanwhile: it would answer no flush while it waits.</summary>
    public void OnCpus(int count, Action<int> body)
    {
        _scope.Dispose();
        Contention.Run(count, number =>
        {
            using SimulatedMachine.CpuScope scope = Machine.Enter(number);
            body(number);
        });
        _scope = Machine.Enter(0);
    }

    public VirtAddr Allocate(ulong bytes, ulong alignment = 16) => Heap.Allocate(bytes, alignment).Value;

    public void Free(VirtAddr address) => Assert.IsTrue(Heap.Free(address).IsSuccess);

    public ulong SizeOf(VirtAddr address)
    {
        Assert.IsTrue(Heap.TryGetSize(address, out ulong usable));
        return usable;
    }

    /// <summary>Writes a pattern through the MMU of the calling thread's CPU.</summary>
    public void Fill(VirtAddr address, ulong length, int seed) => EachPiece(address, length, MemoryAccess.Write, (bytes, offset) =>
    {
        for (int index = 0; index < bytes.Length; index++)
            bytes[index] = Pattern(offset + (ulong)index, seed);
    });

    /// <summary>Checks a pattern through the MMU of the calling thread's CPU.</summary>
    public void AssertFilled(VirtAddr address, ulong length, int seed, string because = "") =>
        EachPiece(address, length, MemoryAccess.Read, (bytes, offset) =>
        {
            for (int index = 0; index < bytes.Length; index++)
            {
                if (bytes[index] != Pattern(offset + (ulong)index, seed))
                    Assert.Fail($"the byte at {address} + {offset + (ulong)index} was changed {because}");
            }
        });

    public void AssertZero(VirtAddr address, ulong length) => EachPiece(
        address, length, MemoryAccess.Read, (bytes, offset) => Assert.AreEqual(-1, bytes.IndexOfAnyExcept((byte)0), $"after {offset}"));

    /// <summary>All that can be seen of the heap, but for what it counts of failures: to see that nothing has changed.</summary>
    public string Picture()
    {
        HeapStatistics s = Heap.GetStatistics();
        return $"{s.MappedBytes} {s.PeakMappedBytes} {s.AllocatedBytes} {s.Allocations} {s.Frees} {s.MetadataFrames} {s.LargestFreeRun} "
            + $"{Supply.MetadataFrames} {string.Join(',', Supply.Mapped.Select(page => $"{page:X}"))}";
    }

    /// <summary>Checks that the books hold and agree with the supply's.</summary>
    public HeapStatistics AssertSound(string because = "")
    {
        Assert.IsTrue(Heap.Validate(), because);
        HeapStatistics statistics = Heap.GetStatistics();
        Assert.AreEqual((ulong)Supply.Mapped.Length * 4096, statistics.MappedBytes, because);
        Assert.AreEqual((ulong)Supply.MetadataFrames, statistics.MetadataFrames, because);
        return statistics;
    }

    /// <summary>Checks that, with every block freed, trimming gives everything back.</summary>
    public void AssertBalanced(string because = "")
    {
        int before = Supply.Mapped.Length;
        Assert.AreEqual((ulong)before, Heap.Trim(), because);
        HeapStatistics statistics = AssertSound(because);
        Assert.AreEqual((0, 0), (Supply.Mapped.Length, Supply.MetadataFrames), because);
        Assert.AreEqual((0UL, 0UL, 0UL), (statistics.LiveAllocations, statistics.AllocatedBytes, statistics.MappedBytes), because);
        Assert.AreEqual(statistics.RangeBytes, statistics.LargestFreeRun, because);
    }

    private static byte Pattern(ulong offset, int seed) => (byte)((uint)seed * 31 + offset * 7 + (offset >> 8) * 13 + (offset >> 16));

    private void EachPiece(VirtAddr address, ulong length, MemoryAccess access, Piece use)
    {
        SimulatedCpu cpu = Machine.CurrentCpu;
        for (ulong done = 0; done < length;)
        {
            VirtAddr at = address + done;
            int part = (int)Math.Min(length - done, 4096 - at.Value % 4096);
            MmuResult result = cpu.Translate(at, access);
            Assert.AreEqual(MmuOutcome.Translated, result.Outcome, $"{at} is not mapped");
            use(Machine.Memory.Bytes(result.Translation.Address, part), done);
            done += (ulong)part;
        }
    }

    private delegate void Piece(Span<byte> bytes, ulong offset);
}
