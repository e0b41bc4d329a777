using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The tables a Multiboot information structure points to (Multiboot 0.6.96 §3.3): little-endian, packed as written.
/// A read steps <c>next</c> to the following entry and fails only if the entry is malformed or outside the window.
/// </summary>
internal static class Multiboot1Tables
{
    // Module: u32 mod_start, u32 mod_end (exclusive), u32 string, u32 reserved
    public const ulong ModuleBytes = 16;

    // Memory map entry: u32 size (of what follows it: at least 20), u64 base_addr, u64 length, u32 type, then anything
    public const ulong RegionSizeField = 4;
    public const uint MinimumRegionSize = 20;

    // The size is believed: the walk over the table checks that it does not lead out of it.
    public static bool TryReadRegion(PhysicalMemoryView memory, ref ulong next, out FirmwareRegion region)
    {
        region = default;
        if (!memory.TryReadUInt32(next, out uint size)
            || size < MinimumRegionSize
            || !memory.TryReadUInt64(next + 4, out ulong start)
            || !memory.TryReadUInt64(next + 12, out ulong length)
            || !memory.TryReadUInt32(next + 20, out uint type))
            return false;

        region = new FirmwareRegion(start, length, type);
        next += RegionSizeField + size;
        return true;
    }

    public static bool TryReadModule(PhysicalMemoryView memory, ref ulong next, out BootModule module)
    {
        module = default;
        if (!memory.Contains(next, ModuleBytes)
            || !memory.TryReadUInt32(next, out uint start)
            || !memory.TryReadUInt32(next + 4, out uint end)
            || !memory.TryReadUInt32(next + 8, out uint commandLine)
            || end < start)
            return false;

        BootString text = default;
        if (commandLine != 0 && !BootString.TryRead(memory, commandLine, out text))
            return false;

        module = new BootModule(PhysRange.Create(PhysAddr.Create(start), end - start), text);
        next += ModuleBytes;
        return true;
    }
}
