using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/boot.md</c>, word for word. What they give is checked in <see cref="GuideExamplesTests"/>.</summary>
internal static unsafe class BootExamples
{
    public static BootInformation Read(BootProtocol protocol, PhysicalMemoryView memory, PhysAddr information)
    {
        if (!BootInformation.Read(protocol, memory, information).TryGet(out BootInformation boot, out BootInformationError error))
            Panic.Now(BootErrors.Message(error));

        return boot;
    }

    // Entries of 24 bytes have attributes; one of them marks an entry as ignored.
    public static BootInformation ReadBiosTable(PhysicalMemoryView memory, PhysAddr table, uint entries) =>
        E820Reader.Read(memory, table, entries, entryBytes: 24).Expect("the table is ours");

    // After ExitBootServices. Entries are descriptorSize bytes apart, as the firmware reported; that is not the size of a structure.
    public static BootInformation ReadUefiMap(PhysicalMemoryView memory, PhysRange map, ulong descriptorSize, uint version, PhysAddr rsdp)
    {
        if (!UefiReader.Read(memory, map, descriptorSize, version, rsdp).TryGet(out BootInformation boot, out BootInformationError error))
            Panic.Now(BootErrors.Message(error));

        return boot;
    }

    // The responses are the pointers that Limine wrote into your requests; 0 means that it did not answer.
    public static BootInformation ReadLimine(PhysicalMemoryView memory, VirtAddr directMap, ulong memoryMap, ulong modules)
    {
        LimineResponses responses = new() { MemoryMap = memoryMap, Modules = modules };
        return LimineReader.Read(memory, directMap, responses).Expect("Limine's tables are sound");
    }

    [InlineArray((int)Bytes / sizeof(ulong))]
    private struct MapBuffer
    {
        public const ulong Bytes = 32 * 1024;
        private ulong _first;
    }

#pragma warning disable CS0649 // written through a pointer
    private static MapBuffer s_map;

    public static MemoryMap Normalise(in BootInformation boot, PhysRange kernel)
    {
        MemoryMapBuilder builder = MemoryMapBuilder.Create(Unsafe.AsPointer(ref s_map), MapBuffer.Bytes).Expect("the buffer is ours");

        builder.AddFirmware(boot.Map);
        builder.ReserveBootData(boot);
        builder.Reserve(kernel, MemoryRegionKind.KernelImage);

        if (!builder.Build().TryGet(out MemoryMap map, out MemoryMapError error))
            Panic.Now(BootErrors.Message(error));

        return map;
    }

    public static MemoryMap FromStatedRange(MemoryMapBuilder builder)
    {
        // No loader: this machine is known to have RAM from 1 MiB to 128 MiB.
        builder.Add(0x10_0000, 0x7F0_0000, MemoryRegionKind.Usable);
        return builder.Build().Expect("one entry fits");
    }

    public static MemoryMap Nonsense(MemoryMapBuilder builder)
    {
        builder.Add(0x1000, 0x4000, MemoryRegionKind.Usable);
        builder.Add(0x3800, 0x100, MemoryRegionKind.Reserved); // inside the first
        builder.Add(0x9000, 0, MemoryRegionKind.Usable); // empty
        builder.Add(ulong.MaxValue, 2, MemoryRegionKind.Usable); // wraps

        // 0x0000..0x1000 reserved, 0x1000..0x3000 usable, 0x3000..0x4000 reserved, 0x4000..0x5000 usable
        MemoryMap map = builder.Build().Expect("four entries fit");
        return map;
    }

    public static void Print(MemoryMap map, TextOutput output)
    {
        foreach (MemoryRegion region in map)
        {
            output.WriteHex(region.Start.Value, digits: 13);
            output.WriteSize(region.Length, width: 12);
            output.Write("  "u8);
            output.Write(MemoryRegionKinds.Name(region.Kind));
            output.WriteLine();
        }
    }

    public static ulong GiveBack(MemoryMap map)
    {
        ulong frames = 0;
        MemoryRegionKindSet given = default;
        foreach (FrameRange<Size4KiB> range in map.FreedBy(MemoryRegionKind.BootData, given))
            frames += range.Count; // add them to the frame allocator

        given = given.With(MemoryRegionKind.BootData);
        foreach (FrameRange<Size4KiB> range in map.FreedBy(MemoryRegionKind.AcpiReclaimable, given))
            frames += range.Count; // includes frames that contained both
        return frames;
    }

    public static ulong UsableDma(MemoryMap map)
    {
        ZoneLayout zones = ZoneLayout.Standard;
        ulong usableDma = map.TotalBytes(MemoryRegionKind.Usable, zones.RangeOf(MemoryZone.Dma));
        return usableDma;
    }

    public static EarlyAllocator CreateAllocator(MemoryMap map, void* buffer, ulong bytes)
    {
        if (!EarlyAllocator.Create(map, buffer, bytes).TryGet(out EarlyAllocator frames, out EarlyAllocatorError error))
            Panic.Now(BootErrors.Message(error));

        return frames;
    }

    public static (FrameRange<Size4KiB> Table, FrameRange<Size4KiB> Large, FrameRange<Size4KiB> Buffer) Take(EarlyAllocator frames)
    {
        // A frame, anywhere; it is not cleared.
        FrameRange<Size4KiB> table = frames.Allocate(1).Expect("a kernel needs a frame");

        // 2 MiB to map as one huge page.
        FrameRange<Size4KiB> large = frames.Allocate(512, Size2MiB.Bytes).Expect("a kernel needs 2 MiB");

        // A buffer below 16 MiB for an old device, if there is one.
        PhysRange dma = ZoneLayout.Standard.RangeOf(MemoryZone.Dma);
        if (!frames.Allocate(16, 64 * 1024, dma).TryGet(out FrameRange<Size4KiB> buffer, out EarlyAllocatorError error))
            Panic.Assert(error == EarlyAllocatorError.OutOfMemory, BootErrors.Message(error));

        return (table, large, buffer);
    }

    public static ulong HandOver(EarlyAllocator frames)
    {
        ulong free = 0;
        foreach (FrameRange<Size4KiB> range in frames.HandOver().Expect("handed over once"))
            free += range.Count;

        return free;
    }
}
