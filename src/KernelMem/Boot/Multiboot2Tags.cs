namespace KernelMem.Boot;

/// <summary>
/// Where the tags of a Multiboot 2 information structure are that a kernel needs (Multiboot 2.0 §3.6): 0 for one that is not there. Of a
/// tag that is there twice the first counts, except modules, of which there may be many.
/// </summary>
internal struct Multiboot2Tags
{
    public const ulong HeaderBytes = 8; // u32 total size, u32 reserved; and of each tag: u32 type, u32 size
    public const uint Module = 3;

    private const uint End = 0;
    private const uint CommandLineType = 1;
    private const uint LimitsType = 4;
    private const uint MapType = 6;
    private const uint OldRsdpType = 14;
    private const uint NewRsdpType = 15;
    private const uint UefiMapType = 17;
    private const ulong TagAlignment = 8;

    public ulong CommandLine { get; private set; }

    public ulong Limits { get; private set; }

    public ulong Map { get; private set; }

    public ulong UefiMap { get; private set; }

    public ulong OldRsdp { get; private set; }

    public ulong NewRsdp { get; private set; }

    public ulong FirstModule { get; private set; }

    public ulong ModulesEnd { get; private set; }

    public int ModuleCount { get; private set; }

    /// <summary>Walks all tags: each must lie in the structure, and the last must be the end tag.</summary>
    /// <param name="structure">The structure and nothing else.</param>
    /// <param name="tags">Where they are.</param>
    public static bool TryFind(PhysicalMemoryView structure, out Multiboot2Tags tags)
    {
        tags = default;
        ulong at = structure.Range.Start.Value + HeaderBytes;
        while (TryReadHeader(structure, at, out uint type, out uint size))
        {
            if (type == End)
                return true;

            tags.Note(type, at, size);
            at = After(at, size);
        }

        return false;
    }

    /// <summary>Reads a tag's header; fails if the tag is not wholly in the structure.</summary>
    public static bool TryReadHeader(PhysicalMemoryView structure, ulong at, out uint type, out uint size)
    {
        size = 0;
        return structure.TryReadUInt32(at, out type)
            && structure.TryReadUInt32(at + sizeof(uint), out size)
            && size >= HeaderBytes
            && structure.Contains(at, size);
    }

    /// <summary>Where the tag behind one begins. A tag in the structure is far from wrapping.</summary>
    public static ulong After(ulong at, uint size) => at + (size + TagAlignment - 1) / TagAlignment * TagAlignment;

    private void Note(uint type, ulong at, uint size)
    {
        switch (type)
        {
            case CommandLineType when CommandLine == 0:
                CommandLine = at;
                break;
            case LimitsType when Limits == 0:
                Limits = at;
                break;
            case MapType when Map == 0:
                Map = at;
                break;
            case UefiMapType when UefiMap == 0:
                UefiMap = at;
                break;
            case OldRsdpType when OldRsdp == 0:
                OldRsdp = at;
                break;
            case NewRsdpType when NewRsdp == 0:
                NewRsdp = at;
                break;
            case Module:
                FirstModule = ModuleCount == 0 ? at : FirstModule;
                ModulesEnd = at + size;
                ModuleCount++;
                break;
        }
    }
}
