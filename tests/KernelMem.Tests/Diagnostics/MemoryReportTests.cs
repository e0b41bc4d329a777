using System;
using System.Text;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Heap;
using KernelMem.Paging;

namespace KernelMem.Tests.Diagnostics;

/// <summary>The report, letter by letter.</summary>
[TestClass]
[DoNotParallelize] // one static sink
public sealed unsafe class MemoryReportTests
{
    private static readonly byte[] s_written = new byte[8192];
    private static int s_length;

    [TestMethod]
    public void Everything_is_written()
    {
        MemoryStatistics statistics = Sample();
        Assert.AreEqual(
            """
            Memory           total        used        free   usage                             allocated     freed  fallbacks
              DMA         15.6 MiB   156.0 KiB    15.4 MiB   0.9 %  [#.......................]        39         0          7
              Normal       7.0 MiB     3.5 MiB     3.5 MiB  50.0 %  [############............]      1000       104          0
              HighMem          0 B         0 B         0 B   0.0 %  [........................]         0         0          0
              all         22.6 MiB     3.6 MiB    18.9 MiB  16.1 %  [###.....................]
            Frames in use
              kernel             8.0 KiB
              heap               2.0 MiB
            Address spaces: 3 with 3 regions; mapped: 12 pages of 4 KiB, 9 of 2 MiB, by 7 tables
              kernel heap      100.0 MiB  in 1
              user stack        64.0 KiB  in 2
            Heap: 1.5 KiB in 30 blocks, 2.0 MiB mapped (at most 3.0 MiB) of 100.0 MiB; 40 allocated, 10 freed
            Pages: 100 mapped, 79 unmapped, 5 protected
            Faults: 4 mapped on demand, 3 retried, 2 denied, 1 out of memory
            Flushes: 20 asked for; 55 pages, 3 spaces and 6 times everything dropped; 8 interrupts sent, 2 spared; 1 caught up

            """,
            Written(statistics));
    }

    [TestMethod]
    public void Nothing_is_written_as_nothing()
    {
        string text = Written(default);
        Assert.Contains("  all              0 B         0 B         0 B   0.0 %", text, StringComparison.Ordinal);
        Assert.Contains("Frames in use\nAddress spaces: 0 with 0 regions", text, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Nothing_is_allocated()
    {
        MemoryStatistics statistics = Sample();
        TextOutput output = new(&Take);
        s_length = 0;
        MemoryReport.Write(output, statistics); // whatever the first call makes the runtime do
        s_length = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        MemoryReport.Write(output, statistics);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.IsGreaterThan(1000, s_length);
    }

    private static MemoryStatistics Sample()
    {
        MemoryStatistics statistics = default;
        statistics.Set(new ZoneStatistics { Zone = MemoryZone.Dma, TotalFrames = 3998, FreeFrames = 3959, Allocations = 39, Fallbacks = 7 });
        statistics.Set(new ZoneStatistics { Zone = MemoryZone.Normal, TotalFrames = 1792, FreeFrames = 896, Allocations = 1000, Frees = 104 });
        statistics.Set(new ZoneStatistics { Zone = MemoryZone.HighMem });
        statistics.Set(FrameUse.Kernel, 2);
        statistics.Set(FrameUse.Heap, 512);
        statistics.Add(RegionKind.KernelHeap, new RegionStatistics(1, 100 << 20));
        statistics.Add(RegionKind.UserStack, new RegionStatistics(1, 0x8000));
        statistics.Add(RegionKind.UserStack, new RegionStatistics(1, 0x8000));
        MapperStatistics tables = new() { Tables = 3, SmallPages = 10, LargePages = 9, Maps = 60, Unmaps = 41, Protects = 5 };
        FaultStatistics faults = new() { Mapped = 4, Retried = 2, Denied = 2, OutOfMemory = 1 };
        statistics.Add(new AddressSpaceStatistics(1, faults, tables));
        statistics.Add(new AddressSpaceStatistics(1, new FaultStatistics { Retried = 1 }, new MapperStatistics { Tables = 2, SmallPages = 2, Maps = 40, Unmaps = 38 }));
        statistics.Add(new AddressSpaceStatistics(1, default, new MapperStatistics { Tables = 2 }));
        statistics.Flushes = new FlushStatistics(requests: 20, pages: 55, everything: 6, shootdowns: 8, contexts: 3, deferred: 1, skipped: 2);
        statistics.Heap = new HeapStatistics
        {
            RangeBytes = 100 << 20,
            MappedBytes = 2 << 20,
            PeakMappedBytes = 3 << 20,
            AllocatedBytes = 1536,
            Allocations = 40,
            Frees = 10,
        };
        return statistics;
    }

    private static string Written(in MemoryStatistics statistics)
    {
        s_length = 0;
        MemoryReport.Write(new TextOutput(&Take), statistics);
        return Encoding.UTF8.GetString(s_written, 0, s_length);
    }

    private static void Take(ReadOnlySpan<byte> text)
    {
        text.CopyTo(s_written.AsSpan(s_length));
        s_length += text.Length;
    }
}
