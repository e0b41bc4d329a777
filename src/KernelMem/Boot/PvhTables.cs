using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The tables a PVH start info points to (Xen <c>public/arch-x86/hvm/start_info.h</c>): little-endian, packed as written.
/// A read steps <c>next</c> to the following entry and fails only if the entry is malformed or outside the window.
/// </summary>
internal static class PvhTables
{
    // hvm_memmap_table_entry: u64 addr, u64 size, u32 type, u32 reserved; read as an E820 entry
    public const ulong RegionBytes = 24;

    // hvm_modlist_entry: u64 paddr, u64 size, u64 cmdline_paddr, u64 reserved
    public const ulong ModuleBytes = 32;

    public static bool TryReadModule(PhysicalMemoryView memory, ref ulong next, out BootModule module)
    {
        module = default;
        if (!memory.Contains(next, ModuleBytes)
            || !memory.TryReadUInt64(next, out ulong start)
            || !memory.TryReadUInt64(next + 8, out ulong length)
            || !memory.TryReadUInt64(next + 16, out ulong commandLine))
            return false;

        if (!PhysAddr.TryCreate(start, out PhysAddr first) || !PhysRange.TryCreate(first, length, out PhysRange range))
            return false;

        BootString text = default;
        if (commandLine != 0 && !BootString.TryRead(memory, commandLine, out text))
            return false;

        module = new BootModule(range, text);
        next += ModuleBytes;
        return true;
    }
}
