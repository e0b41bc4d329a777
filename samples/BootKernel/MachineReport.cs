using System;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>What a person wants to see first: what memory there is.</summary>
internal static class MachineReport
{
    public static void Write(TextOutput output, in BootInformation boot, MemoryMap map)
    {
        output.Write("\nKernelMem boot kernel: started by "u8);
        output.Write(NameOf(boot.Protocol));
        output.Write(", command line \""u8);
        output.Write(boot.CommandLine);
        output.WriteLine("\""u8);

        output.WriteLine("\nMemory as the firmware tells it"u8);
        foreach (FirmwareRegion region in boot.Map)
            MapReport.WriteRegion(output, region.Start, region.Length, region.Kind);
        if (boot.UefiMap.Count != 0)
        {
            output.WriteLine("\nMemory as UEFI tells it"u8);
            foreach (FirmwareRegion region in boot.UefiMap)
                MapReport.WriteRegion(output, region.Start, region.Length, region.Kind);
        }

        MapReport.Write(output, map);
    }

    public static void WriteProcessor(TextOutput output, CpuFeatureSet enabled)
    {
        output.WriteLine();
        CpuReport.Write(output, CpuFeatures.Detect(default(X64Platform)), enabled);
    }

    public static void WriteSeed(TextOutput output, ulong seed)
    {
        output.Write("\nThe address space is laid out at random: kaslr="u8);
        output.WriteHex(seed);
        output.WriteLine();
    }

    public static void WriteSpace(TextOutput output)
    {
        bool fiveLevels = Cpu.ReadCr4().La57;
        TableAudit audit = TableAudit.Run(Cpu.ReadCr3().Value, fiveLevels);
        output.Write("\nOur own page tables: "u8);
        output.WriteDecimal(fiveLevels ? 5u : 4u);
        output.Write(" levels, "u8);
        output.WriteDecimal(KernelMemory.Manager.GetMemoryStats().Tables.Tables);
        output.Write(" tables, "u8);
        output.WriteDecimal((ulong)audit.LargePages);
        output.Write(" pages of 2 MiB, "u8);
        output.WriteDecimal((ulong)audit.SmallPages);
        output.WriteLine(" of 4 KiB"u8);
        LayoutReport.Write(output, KernelMemory.Manager.KernelSpace.Layout);
        output.WriteLine("Image"u8);
        WriteSection(output, "code"u8, "r-x"u8, ImageLayout.Current.Text);
        WriteSection(output, "constants"u8, "r--"u8, ImageLayout.Current.ReadOnlyData);
        WriteSection(output, "data"u8, "rw-"u8, ImageLayout.Current.Data);
    }

    private static ReadOnlySpan<byte> NameOf(BootProtocol protocol) => protocol switch
    {
        BootProtocol.Pvh => "PVH"u8,
        BootProtocol.Multiboot1 => "Multiboot"u8,
        BootProtocol.Multiboot2 => "Multiboot 2"u8,
        _ => "an unknown protocol"u8,
    };

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
