namespace KernelMem.Boot;

/// <summary>
/// Entries as the BIOS call E820 returns them (ACPI 6.5 §15.1, Address Range Descriptor Structure): u64 base, u64 length, u32 type,
/// and in those of 24 bytes u32 attributes. PVH and Multiboot 2 have the same with a reserved word in place of the attributes.
/// </summary>
internal static class E820Tables
{
    public const ulong EntryBytes = 20;
    public const ulong ExtendedEntryBytes = 24;

    // A step from one entry to the next that is longer than this is no table.
    public const ulong MaximumStride = 1024;

    /// <summary>Reads an entry and steps <paramref name="next"/> over it; fails only if it is outside the window.</summary>
    public static bool TryReadRegion(PhysicalMemoryView memory, ref ulong next, ulong stride, bool extended, out FirmwareRegion region)
    {
        region = default;
        uint attributes = 0;
        if (!memory.TryReadUInt64(next, out ulong start)
            || !memory.TryReadUInt64(next + 8, out ulong length)
            || !memory.TryReadUInt32(next + 16, out uint type)
            || (extended && !memory.TryReadUInt32(next + 20, out attributes)))
            return false;

        region = extended
            ? new FirmwareRegion(start, length, type, attributes, MemoryRegionKinds.FromE820(type, attributes))
            : new FirmwareRegion(start, length, type);
        next += stride;
        return true;
    }
}
