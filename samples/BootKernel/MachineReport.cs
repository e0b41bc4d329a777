using System;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Machine;

namespace BootKernel;

/// <summary>What a person wants to see first: what memory there is.</summary>
internal static class MachineReport
{
    private const int BarWidth = 40;

    public static void Write(TextOutput output, in BootInformation boot, MemoryMap map)
    {
        output.Write("\nKernelMem boot kernel: started by "u8);
        output.Write(boot.Protocol == BootProtocol.Pvh ? "PVH"u8 : "Multiboot"u8);
        output.Write(", command line \""u8);
        output.Write(boot.CommandLine);
        output.WriteLine("\""u8);

        output.WriteLine("\nMemory as the firmware tells it"u8);
        foreach (FirmwareRegion region in boot.Map)
            WriteRegion(output, region.Start, region.Length, region.Kind);

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

    public static void WriteSpace(TextOutput output)
    {
        bool fiveLevels = Cpu.ReadCr4().La57;
        TableAudit audit = TableAudit.Run(Cpu.ReadCr3(), fiveLevels);
        output.Write("\nOur own page tables: "u8);
        output.WriteDecimal(fiveLevels ? 5u : 4u);
        output.Write(" levels, "u8);
        output.WriteDecimal(KernelMemory.Manager.GetMemoryStats().Tables.Tables);
        output.Write(" tables, "u8);
        output.WriteDecimal((ulong)audit.LargePages);
        output.Write(" pages of 2 MiB, "u8);
        output.WriteDecimal((ulong)audit.SmallPages);
        output.WriteLine(" of 4 KiB"u8);
        WriteSection(output, "code"u8, "r-x"u8, ImageLayout.Current.Text);
        WriteSection(output, "constants"u8, "r--"u8, ImageLayout.Current.ReadOnlyData);
        WriteSection(output, "data"u8, "rw-"u8, ImageLayout.Current.Data);
    }

    private static void WriteRegion(TextOutput output, ulong start, ulong length, MemoryRegionKind kind)
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

    private static void WriteSection(TextOutput output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> rights, VirtRange range)
    {
        output.Write("  "u8);
        output.WritePadded(name, 12);
        output.Write(rights);
        output.Write("  "u8);
        output.WriteHex(range.Start.Value);
        output.WriteSize(range.Length, 12);
        output.WriteLine();
    }
}
