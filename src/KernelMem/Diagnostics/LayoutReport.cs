using System;
using KernelMem.Addresses;
using KernelMem.Paging;

namespace KernelMem.Diagnostics;

/// <summary>An address layout as text: which addresses are whose. Allocates nothing.</summary>
public static class LayoutReport
{
    /// <summary>Writes the ranges, a line each, from the lowest address up.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="layout">The layout.</param>
    public static void Write(TextOutput output, in AddressLayout layout)
    {
        output.WriteLine("Address space"u8);
        Write(output, layout.NullGuard, "null guard: nobody's"u8);
        Write(output, layout.User, "programs"u8);
        Write(output, layout.KernelHeap, "kernel heap"u8);

        // The three parts of the kernel half may follow one another in any order.
        VirtAddr next = AddressLayout.KernelHalf.Start;
        for (int part = 0; part < 3; part++)
        {
            bool mapNext = IsNext(layout.DirectMap, next, layout.Devices, layout.KernelRegions);
            bool devicesNext = !mapNext && IsNext(layout.Devices, next, layout.DirectMap, layout.KernelRegions);
            VirtRange range = mapNext ? layout.DirectMap : devicesNext ? layout.Devices : layout.KernelRegions;
            Write(output, range, mapNext ? "kernel: all physical memory (direct map)"u8 : devicesNext ? "kernel: devices"u8 : "kernel: regions"u8);
            next = VirtAddr.CreateUnchecked(range.Last.Value + 1);
        }
    }

    private static bool IsNext(VirtRange range, VirtAddr from, VirtRange second, VirtRange third) =>
        range.Start >= from
        && (second.Start < from || range.Start < second.Start)
        && (third.Start < from || range.Start < third.Start);

    private static void Write(TextOutput output, VirtRange range, ReadOnlySpan<byte> whose)
    {
        output.Write("  "u8);
        output.WriteHex(range.Start.Value);
        output.Write(" - "u8);
        output.WriteHex(range.Last.Value);
        output.WriteSize(range.Length, 12);
        output.Write("  "u8);
        output.WriteLine(whose);
    }
}
