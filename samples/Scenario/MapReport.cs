using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;

namespace Scenario;

/// <summary>What a person wants to see first: what memory there is.</summary>
internal static class MapReport
{
    private const int BarWidth = 40;

    /// <summary>Writes a normalised map, and how much of it is usable in each zone.</summary>
    public static void Write(TextOutput output, MemoryMap map)
    {
        output.WriteLine("\nMemory as KernelMem takes it"u8);
        foreach (MemoryRegion region in map)
            WriteRegion(output, region.Start.Value, region.Length, region.Kind);

        output.WriteLine("\nUsable memory by zone"u8);
        ulong usable = map.TotalBytes(MemoryRegionKind.Usable);
        WriteZone(output, map, MemoryZone.Dma, usable);
        WriteZone(output, map, MemoryZone.Normal, usable);
        WriteZone(output, map, MemoryZone.HighMem, usable);
        output.WritePadded("  total"u8, 36);
        output.WriteSize(usable, 12);
        output.WriteLine();
    }

    /// <summary>Writes a line of a map.</summary>
    public static void WriteRegion(TextOutput output, ulong start, ulong length, MemoryRegionKind kind)
    {
        output.Write("  "u8);
        output.WriteHex(start);
        output.Write(" - "u8);
        output.WriteHex(start + length - 1);
        output.WriteSize(length, 12);
        output.Write("  "u8);
        output.Write(MemoryRegionKinds.Name(kind));
        output.WriteLine();
    }

    private static void WriteZone(TextOutput output, MemoryMap map, MemoryZone zone, ulong usable)
    {
        PhysRange range = ZoneLayout.Standard.RangeOf(zone);
        ulong bytes = map.TotalBytes(MemoryRegionKind.Usable, range);
        output.Write("  "u8);
        output.WritePadded(ZoneLayout.Name(zone), 10);
        output.Write("from "u8);
        output.WriteSize(range.Start.Value, 10);
        output.WritePadded(" "u8, 9);
        output.WriteSize(bytes, 12);
        output.Write("  "u8);
        output.WriteBar(bytes, usable, BarWidth);
        output.WriteLine();
    }
}
