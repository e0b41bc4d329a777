using System;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Paging;

namespace KernelMem.Diagnostics;

/// <summary>The figures of a memory manager as text that a person understands at a glance. Allocates nothing.</summary>
public static class MemoryReport
{
    private const int NameWidth = 14;
    private const int SizeWidth = 12;
    private const int CountWidth = 10;
    private const int BarWidth = 24;

    /// <summary>Writes everything.</summary>
    public static void Write(TextOutput output, in MemoryStatistics statistics)
    {
        WriteZones(output, statistics);
        WriteUses(output, statistics);
        WriteRegions(output, statistics);
        WriteHeap(output, statistics);
        WriteCounters(output, statistics);
    }

    private static void WriteZones(TextOutput output, in MemoryStatistics statistics)
    {
        output.Write("Memory           total        used        free   usage"u8);
        output.Repeat((byte)' ', BarWidth + 5);
        output.WriteLine("allocated     freed  fallbacks"u8);
        WriteZone(output, statistics.Zone(MemoryZone.Dma));
        WriteZone(output, statistics.Zone(MemoryZone.Normal));
        WriteZone(output, statistics.Zone(MemoryZone.HighMem));
        WriteUsage(output, "  all"u8, statistics.TotalBytes, statistics.FreeBytes);
        output.WriteLine();
    }

    private static void WriteZone(TextOutput output, in ZoneStatistics zone)
    {
        output.Write("  "u8);
        output.WritePadded(ZoneLayout.Name(zone.Zone), 8);
        WriteUsage(output, default, zone.TotalFrames * Frame.Size, zone.FreeFrames * Frame.Size);
        output.WriteDecimal(zone.Allocations, CountWidth);
        output.WriteDecimal(zone.Frees, CountWidth);
        output.WriteDecimal(zone.Fallbacks, CountWidth + 1);
        output.WriteLine();
    }

    private static void WriteUsage(TextOutput output, ReadOnlySpan<byte> name, ulong total, ulong free)
    {
        if (!name.IsEmpty)
            output.WritePadded(name, 10);
        ulong used = total - free;
        output.WriteSize(total, SizeWidth);
        output.WriteSize(used, SizeWidth);
        output.WriteSize(free, SizeWidth);
        output.WritePermille(MemoryStatistics.Permille(used, total), 8);
        output.Write("  "u8);
        output.WriteBar(used, total, BarWidth);
    }

    private static void WriteUses(TextOutput output, in MemoryStatistics statistics)
    {
        output.WriteLine("Frames in use"u8);
        for (int use = 1; use < FrameUses.Count; use++)
        {
            ulong bytes = statistics.BytesFor((FrameUse)use);
            if (bytes == 0)
                continue;
            output.Write("  "u8);
            output.WritePadded(FrameUses.Name((FrameUse)use), NameWidth);
            output.WriteSize(bytes, SizeWidth);
            output.WriteLine();
        }
    }

    private static void WriteRegions(TextOutput output, in MemoryStatistics statistics)
    {
        output.Write("Address spaces: "u8);
        output.WriteDecimal((ulong)statistics.AddressSpaces);
        output.Write(" with "u8);
        output.WriteDecimal((ulong)statistics.Regions);
        output.Write(" regions; mapped: "u8);
        MapperStatistics tables = statistics.Tables;
        output.WriteDecimal(tables.SmallPages);
        output.Write(" pages of 4 KiB, "u8);
        output.WriteDecimal(tables.LargePages);
        output.Write(" of 2 MiB, by "u8);
        output.WriteDecimal(tables.Tables);
        output.WriteLine(" tables"u8);
        for (int kind = 1; kind < RegionKinds.Count; kind++)
        {
            RegionStatistics regions = statistics.RegionsOf((RegionKind)kind);
            if (regions.Count == 0)
                continue;
            output.Write("  "u8);
            output.WritePadded(RegionKinds.Name((RegionKind)kind), NameWidth);
            output.WriteSize(regions.Bytes, SizeWidth);
            output.Write("  in "u8);
            output.WriteDecimal((ulong)regions.Count);
            output.WriteLine();
        }
    }

    private static void WriteHeap(TextOutput output, in MemoryStatistics statistics)
    {
        output.Write("Heap: "u8);
        output.WriteSize(statistics.Heap.AllocatedBytes);
        output.Write(" in "u8);
        output.WriteDecimal(statistics.Heap.LiveAllocations);
        output.Write(" blocks, "u8);
        output.WriteSize(statistics.Heap.MappedBytes);
        output.Write(" mapped (at most "u8);
        output.WriteSize(statistics.Heap.PeakMappedBytes);
        output.Write(") of "u8);
        output.WriteSize(statistics.Heap.RangeBytes);
        output.Write("; "u8);
        output.WriteDecimal(statistics.Heap.Allocations);
        output.Write(" allocated, "u8);
        output.WriteDecimal(statistics.Heap.Frees);
        output.WriteLine(" freed"u8);
    }

    private static void WriteCounters(TextOutput output, in MemoryStatistics statistics)
    {
        output.Write("Pages: "u8);
        output.WriteDecimal(statistics.Tables.Maps);
        output.Write(" mapped, "u8);
        output.WriteDecimal(statistics.Tables.Unmaps);
        output.Write(" unmapped, "u8);
        output.WriteDecimal(statistics.Tables.Protects);
        output.WriteLine(" protected"u8);
        output.Write("Faults: "u8);
        output.WriteDecimal(statistics.Faults.Mapped);
        output.Write(" mapped on demand, "u8);
        output.WriteDecimal(statistics.Faults.Retried);
        output.Write(" retried, "u8);
        output.WriteDecimal(statistics.Faults.Denied);
        output.Write(" denied, "u8);
        output.WriteDecimal(statistics.Faults.OutOfMemory);
        output.WriteLine(" out of memory"u8);
        output.Write("Flushes: "u8);
        output.WriteDecimal(statistics.Flushes.Requests);
        output.Write(" asked for; "u8);
        output.WriteDecimal(statistics.Flushes.Pages);
        output.Write(" pages, "u8);
        output.WriteDecimal(statistics.Flushes.Contexts);
        output.Write(" spaces and "u8);
        output.WriteDecimal(statistics.Flushes.Everything);
        output.Write(" times everything dropped; "u8);
        output.WriteDecimal(statistics.Flushes.Shootdowns);
        output.Write(" interrupts sent, "u8);
        output.WriteDecimal(statistics.Flushes.Skipped);
        output.Write(" spared; "u8);
        output.WriteDecimal(statistics.Flushes.Deferred);
        output.WriteLine(" caught up"u8);
    }
}
