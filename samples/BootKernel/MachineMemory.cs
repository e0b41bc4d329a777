using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Machine;

namespace BootKernel;

/// <summary>From the firmware's map to frames that can be handed out. The buffers are ours: the library brings none.</summary>
internal static unsafe class MachineMemory
{
    private const int MapEntries = 256;

#pragma warning disable CS0649 // written through pointers only
    private static MapBuffer s_map;
    private static AllocatorBuffer s_allocator;
#pragma warning restore CS0649

    /// <summary>The firmware's map, made sound: sorted, without overlaps, with what we already use taken out.</summary>
    public static MemoryMap Normalize(in BootInformation boot)
    {
        MemoryMapBuilder builder = MemoryMapBuilder.Create(Unsafe.AsPointer(ref s_map), MapBuffer.Bytes).Value;
        builder.AddFirmware(boot.Map);
        builder.Reserve(ImageLayout.Current.Physical, MemoryRegionKind.KernelImage);
        builder.ReserveBootData(boot);
        Panic.Assert(IsFree(boot, SmpBoot.Trampoline), "The frame where other CPUs start is not free memory");
        builder.Reserve(SmpBoot.Trampoline.Range, MemoryRegionKind.BootData);
        if (!builder.Build().TryGet(out MemoryMap map, out MemoryMapError error))
            Panic.Now(BootErrors.Message(error));
        return map;
    }

    public static EarlyAllocator CreateEarlyAllocator(MemoryMap map)
    {
        if (!EarlyAllocator.Create(map, Unsafe.AsPointer(ref s_allocator), AllocatorBuffer.Bytes).TryGet(out EarlyAllocator frames, out EarlyAllocatorError error))
            Panic.Now(BootErrors.Message(error));
        return frames;
    }

    // The trampoline's code is copied there, so the loader must not have left anything in it.
    private static bool IsFree(in BootInformation boot, Frame frame)
    {
        bool isUsable = false;
        foreach (FirmwareRegion region in boot.Map)
            isUsable |= region.Kind == MemoryRegionKind.Usable && region.Start <= frame.Start.Value && frame.Range.EndExclusive <= region.Start + region.Length;
        return isUsable && !boot.ReservedRanges.Overlap(frame.Range);
    }

    [InlineArray(Bytes / sizeof(ulong))]
    private struct MapBuffer
    {
        public const int Bytes = MapEntries * 128;

        private ulong _first;
    }

    [InlineArray(Bytes / sizeof(ulong))]
    private struct AllocatorBuffer
    {
        public const int Bytes = MapEntries * 32;

        private ulong _first;
    }
}
