namespace KernelMem.Boot;

/// <summary>
/// Entries of a UEFI memory map (UEFI 2.10 §7.2, <c>EFI_MEMORY_DESCRIPTOR</c>): u32 type, u32 padding, u64 physical start, u64 virtual
/// start, u64 number of 4 KiB pages, u64 attributes. They may be longer: the step from one to the next is told beside the map.
/// </summary>
internal static class UefiTables
{
    public const ulong DescriptorBytes = 40;
    public const ulong MaximumDescriptorBytes = 1024;
    public const ulong DescriptorAlignment = 8;
    public const uint DescriptorVersion = 1;

    private const int PageShift = 12;
    private const ulong MaximumPages = ulong.MaxValue >> PageShift;

    /// <summary>Reads an entry and steps <paramref name="next"/> over it; fails only if it is outside the window.</summary>
    public static bool TryReadRegion(PhysicalMemoryView memory, ref ulong next, ulong stride, out FirmwareRegion region)
    {
        region = default;
        if (!memory.Contains(next, DescriptorBytes)
            || !memory.TryReadUInt32(next, out uint type)
            || !memory.TryReadUInt64(next + 8, out ulong start)
            || !memory.TryReadUInt64(next + 24, out ulong pages)
            || !memory.TryReadUInt64(next + 32, out ulong attributes))
            return false;

        ulong length = pages <= MaximumPages ? pages << PageShift : ulong.MaxValue;
        region = new FirmwareRegion(start, length, type, attributes, MemoryRegionKinds.FromUefi(type, attributes));
        next += stride;
        return true;
    }
}
