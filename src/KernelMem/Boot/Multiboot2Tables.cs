using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>
/// The tags of a Multiboot 2 information structure (Multiboot 2.0 §3.6): each begins with u32 type and u32 size, and holds its strings.
/// </summary>
internal static class Multiboot2Tables
{
    // Memory map: u32 entry size, u32 version; UEFI memory map: u32 descriptor size, u32 version; then the entries
    public const ulong MapHeaderBytes = 16;

    // Modules: u32 mod_start, u32 mod_end (exclusive), then the string
    private const ulong ModuleHeaderBytes = 16;

    /// <summary>Reads the string that fills a tag from some offset on. It must end inside the tag.</summary>
    public static bool TryReadText(PhysicalMemoryView structure, ulong tag, ulong offset, out BootString text)
    {
        text = default;
        return Multiboot2Tags.TryReadHeader(structure, tag, out _, out uint size)
            && PhysRange.TryFromBounds(tag, tag + size, out PhysRange bytes)
            && structure.TryNarrow(bytes, out PhysicalMemoryView inside)
            && BootString.TryRead(inside, tag + offset, out text);
    }

    /// <summary>
    /// Reads the first module tag at or behind <paramref name="next"/> and steps behind it. It fails only if the tag is malformed, or if
    /// there is none.
    /// </summary>
    public static bool TryReadModule(PhysicalMemoryView structure, ref ulong next, out BootModule module)
    {
        module = default;
        uint size;
        while (true)
        {
            if (!Multiboot2Tags.TryReadHeader(structure, next, out uint type, out size))
                return false;

            if (type == Multiboot2Tags.Module)
                break;

            next = Multiboot2Tags.After(next, size);
        }

        if (size < ModuleHeaderBytes
            || !structure.TryReadUInt32(next + 8, out uint start)
            || !structure.TryReadUInt32(next + 12, out uint end)
            || end < start)
            return false;

        BootString text = default;
        if (size > ModuleHeaderBytes && !TryReadText(structure, next, ModuleHeaderBytes, out text))
            return false;

        module = new BootModule(PhysRange.Create(PhysAddr.Create(start), end - start), text);
        next = Multiboot2Tags.After(next, size);
        return true;
    }
}
