using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The tables of a Limine boot (Limine boot protocol, Memory Map Feature, Module Feature): lists of pointers into the higher half direct
/// map, each to an entry that lies anywhere. Unaligned numbers are read as they are.
/// </summary>
internal static class LimineTables
{
    public const ulong PointerBytes = sizeof(ulong);

    // limine_memmap_entry: u64 base, u64 length, u64 type
    public const ulong RegionBytes = 24;

    // limine_file: u64 revision, pointer to the content, u64 size, pointer to the path, pointer to the string, and more of no use here
    public const ulong FileBytes = 40;

    /// <summary>The physical address of something in the direct map; fails for pointers below it or too far above.</summary>
    public static bool TryToPhysical(ulong pointer, ulong directMap, out ulong address)
    {
        address = unchecked(pointer - directMap);
        return pointer >= directMap && address < PhysAddr.Limit;
    }

    /// <summary>Follows the pointer at some physical address to that many bytes in the window.</summary>
    public static bool TryFollow(PhysicalMemoryView memory, ulong directMap, ulong at, ulong bytes, out ulong address)
    {
        address = 0;
        return memory.TryReadUInt64(at, out ulong pointer)
            && TryToPhysical(pointer, directMap, out address)
            && memory.Contains(address, bytes);
    }

    /// <summary>Reads the entry to which the pointer at <paramref name="next"/> leads, and steps over the pointer.</summary>
    public static bool TryReadRegion(PhysicalMemoryView memory, ulong directMap, ref ulong next, out FirmwareRegion region)
    {
        region = default;
        if (!TryFollow(memory, directMap, next, RegionBytes, out ulong entry)
            || !memory.TryReadUInt64(entry, out ulong start)
            || !memory.TryReadUInt64(entry + 8, out ulong length)
            || !memory.TryReadUInt64(entry + 16, out ulong type))
            return false;

        region = new FirmwareRegion(start, length, type, 0, MemoryRegionKinds.FromLimine(type));
        next += PointerBytes;
        return true;
    }

    /// <summary>
    /// Reads the file to which the pointer at <paramref name="next"/> leads, and steps over the pointer. It fails also if the file's content
    /// or string is nowhere.
    /// </summary>
    public static bool TryReadModule(PhysicalMemoryView memory, ulong directMap, ref ulong next, out BootModule module)
    {
        module = default;
        if (!TryFollow(memory, directMap, next, FileBytes, out ulong file)
            || !memory.TryReadUInt64(file + 8, out ulong content)
            || !memory.TryReadUInt64(file + 16, out ulong bytes)
            || !memory.TryReadUInt64(file + 32, out ulong commandLine)
            || !TryToPhysical(content, directMap, out ulong start)
            || !PhysRange.TryCreate(PhysAddr.Create(start), bytes, out PhysRange range))
            return false;

        BootString text = default;
        if (commandLine != 0
            && !(TryToPhysical(commandLine, directMap, out ulong at) && BootString.TryRead(memory, at, out text)))
            return false;

        module = new BootModule(range, text);
        next += PointerBytes;
        return true;
    }
}
