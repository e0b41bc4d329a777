using System;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Machine;
using Scenario;

namespace BootKernel;

/// <summary>Holds the normalised map against the firmware's and against the memory itself.</summary>
internal static unsafe class MemoryChecks
{
    private const uint FirmwareUsable = 1; // ACPI 6.5, table 15.2

    /// <summary>Checks the map. The firmware's own is read through the boot tables, so this comes before ours are in use.</summary>
    public static void CheckMap(ref Checklist checks, in BootInformation boot, MemoryMap map)
    {
        checks.Check("the map is sorted and without overlaps"u8, map.Validate() && IsSorted(map));
        checks.Check("usable memory is usable to the firmware, byte for byte"u8, AgreesWithFirmware(boot, map));
        checks.Check("no usable memory is lost but the rest of a frame at an edge"u8, KeepsWhatIsUsable(boot, map));
        checks.Check("the kernel image is not usable memory"u8, map.TotalBytes(MemoryRegionKind.Usable, ImageLayout.Current.Physical) == 0);
    }

    /// <summary>Checks what the early allocator is about to hand over, through the boot stub's direct map.</summary>
    public static void CheckMemory(ref Checklist checks, MemoryMap map, EarlyAllocator frames, ulong reachable)
    {
        checks.Check("both ends of every free range hold what is written there"u8, HoldsData(frames, reachable));
        checks.Check("handed out and free add up to all usable memory"u8, frames.Validate() && (frames.AllocatedFrames + frames.FreeFrames) * Size4KiB.Bytes == map.TotalBytes(MemoryRegionKind.Usable));
    }

    private static bool IsSorted(MemoryMap map)
    {
        ulong end = 0;
        foreach (MemoryRegion region in map)
        {
            if (region.Start.Value < end)
                return false;
            end = region.EndExclusive;
        }

        return end != 0;
    }

    // Every usable region lies within firmware regions of type 1, and touches no other. Several type-1 entries may join up,
    // so each usable region is covered piece by piece.
    private static bool AgreesWithFirmware(in BootInformation boot, MemoryMap map)
    {
        foreach (MemoryRegion region in map)
        {
            if (region.Kind != MemoryRegionKind.Usable)
                continue;
            if (CoveredFrom(boot.Map, region.Start.Value) < region.EndExclusive)
                return false;
            foreach (FirmwareRegion entry in boot.Map)
            {
                bool overlaps = entry.Start < region.EndExclusive && region.Start.Value < entry.Start + entry.Length;
                if (overlaps && entry.Type != FirmwareUsable)
                    return false;
            }
        }

        return true;
    }

    // What the firmware calls usable is usable, or ours already. At each edge of an entry or a reservation less than a frame may go.
    private static bool KeepsWhatIsUsable(in BootInformation boot, MemoryMap map)
    {
        ulong reported = 0;
        foreach (FirmwareRegion entry in boot.Map)
            reported += entry.Type == FirmwareUsable ? entry.Length : 0;
        ulong kept = map.TotalBytes(MemoryRegionKind.Usable) + map.TotalBytes(MemoryRegionKind.BootData) + map.TotalBytes(MemoryRegionKind.KernelImage);
        return kept + ((ulong)(boot.Map.Count + map.Count) * Size4KiB.Bytes) >= reported;
    }

    private static ulong CoveredFrom(in FirmwareMap map, ulong address)
    {
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (FirmwareRegion entry in map)
            {
                if (entry.Type == FirmwareUsable && entry.Start <= address && address < entry.Start + entry.Length)
                {
                    address = entry.Start + entry.Length;
                    grew = true;
                }
            }
        }

        return address;
    }

    // Free memory only: what was handed out holds our tables.
    private static bool HoldsData(EarlyAllocator frames, ulong reachable)
    {
        foreach (FrameRange<Size4KiB> range in frames.Free)
        {
            ulong last = Math.Min(range.Bytes.EndExclusive, reachable) - sizeof(ulong);
            if (range.Start.Start.Value < reachable && !(HoldsData(range.Start.Start.Value) && HoldsData(last)))
                return false;
        }

        return true;
    }

    private static bool HoldsData(ulong physical)
    {
        // SAFETY: the frame is free, so nobody else uses it, and the direct map holds it.
        ulong* word = (ulong*)(KernelLayout.DirectMap.Value + physical);
        ulong pattern = 0x0123_4567_89AB_CDEF ^ physical;
        *word = pattern;
        Cpu.FlushCacheLine(word);
        return *word == pattern;
    }
}
