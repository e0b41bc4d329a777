using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Reads the information structure that a Multiboot 2 boot leaves in memory and points to with EBX (Multiboot 2.0 §3.4 and §3.6). GRUB's
/// <c>multiboot2</c> command leaves one, on PC BIOS and on UEFI machines.
/// </summary>
public static class Multiboot2Reader
{
    /// <summary>What EAX holds when a Multiboot 2 loader enters the kernel.</summary>
    public const uint Magic = 0x36D7_6289;

    private const ulong LimitsBytes = 16; // the header, u32 mem_lower, u32 mem_upper
    private const ulong OldRsdpBytes = 20; // ACPI 6.5 §5.2.5.3: the structure of ACPI 1.0
    private const ulong NewRsdpBytes = 36; // and of 2.0 and later

    /// <summary>Reads and checks the structure and all its tags, except the content of modules.</summary>
    /// <remarks>
    /// <para>The map is the memory map tag; if there is none, the UEFI memory map tag; if there is none either, it is made of the two limits
    /// <c>mem_lower</c> and <c>mem_upper</c>, as <see cref="Multiboot1Reader"/> makes it. A map that is there but corrupt is an error; another
    /// does not stand in for it. On UEFI machines GRUB's memory map has as usable what the loader and the boot services used: only
    /// <see cref="BootInformation.UefiMap"/> tells these apart.</para>
    /// <para>The ACPI root pointer is the loader's copy inside the structure.</para>
    /// </remarks>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="magic">EAX as the kernel was entered.</param>
    /// <param name="information">Where the structure is: EBX as the kernel was entered.</param>
    /// <returns>The boot information, or what is wrong with it.</returns>
    public static Result<BootInformation, BootInformationError> Read(PhysicalMemoryView memory, uint magic, PhysAddr information)
    {
        if (magic != Magic)
            return BootInformationError.BadMagic;

        if (!memory.TryReadUInt32(information.Value, out uint bytes) || !memory.Contains(information.Value, bytes))
            return BootInformationError.InfoOutsideWindow;

        PhysRange storage = PhysRange.Create(information, bytes);
        if (bytes > BootLimits.InformationBytes
            || !memory.TryNarrow(storage, out PhysicalMemoryView structure)
            || !Multiboot2Tags.TryFind(structure, out Multiboot2Tags tags))
            return BootInformationError.InfoMalformed;

        if (!ReadUefiMap(structure, tags).TryGet(out FirmwareMap uefi, out BootInformationError error)
            || !ReadMap(structure, tags, uefi).TryGet(out FirmwareMap map, out error)
            || !ReadModules(structure, tags).TryGet(out BootModules modules, out error)
            || !ReadRsdp(structure, tags).TryGet(out PhysAddr rsdp, out error))
            return error;

        BootString text = default;
        if (tags.CommandLine != 0 && !Multiboot2Tables.TryReadText(structure, tags.CommandLine, Multiboot2Tags.HeaderBytes, out text))
            return BootInformationError.CommandLineUnreadable;

        return new BootInformation(BootProtocol.Multiboot2, storage, map, modules, text, rsdp, uefi);
    }

    private static Result<FirmwareMap, BootInformationError> ReadMap(PhysicalMemoryView structure, in Multiboot2Tags tags, FirmwareMap uefi)
    {
        if (tags.Map != 0)
            return ReadMapTag(structure, tags.Map);

        if (tags.UefiMap != 0)
            return uefi;

        if (tags.Limits == 0)
            return BootInformationError.NoMemoryMap;

        return Multiboot2Tags.TryReadHeader(structure, tags.Limits, out _, out uint size)
            && size >= LimitsBytes
            && structure.TryReadUInt32(tags.Limits + 8, out uint lower)
            && structure.TryReadUInt32(tags.Limits + 12, out uint upper)
            ? FirmwareMap.FromLimits(new MultibootLimits(lower, upper))
            : BootInformationError.MapMalformed;
    }

    private static Result<FirmwareMap, BootInformationError> ReadMapTag(PhysicalMemoryView structure, ulong tag)
    {
        if (!TryReadMapHeader(structure, tag, out uint bytes, out uint entryBytes, out _))
            return BootInformationError.MapMalformed;

        // "It's guaranteed to be a multiple of 8." Versions promise to be backward compatible.
        if (entryBytes is < (uint)E820Tables.ExtendedEntryBytes or > (uint)E820Tables.MaximumStride || entryBytes % 8 != 0)
            return BootInformationError.BadEntrySize;

        return bytes % entryBytes == 0
            ? E820Reader.ReadTable(structure, tag + Multiboot2Tables.MapHeaderBytes, bytes / entryBytes, entryBytes)
            : BootInformationError.MapMalformed;
    }

    private static Result<FirmwareMap, BootInformationError> ReadUefiMap(PhysicalMemoryView structure, in Multiboot2Tags tags)
    {
        if (tags.UefiMap == 0)
            return default(FirmwareMap);

        return TryReadMapHeader(structure, tags.UefiMap, out uint bytes, out uint descriptorBytes, out uint version)
            ? UefiReader.ReadTable(structure, tags.UefiMap + Multiboot2Tables.MapHeaderBytes, bytes, descriptorBytes, version)
            : BootInformationError.MapMalformed;
    }

    // Both maps' tags begin alike: what the entries are, then the entries up to the end of the tag.
    private static bool TryReadMapHeader(PhysicalMemoryView structure, ulong tag, out uint bytes, out uint entryBytes, out uint version)
    {
        entryBytes = version = bytes = 0;
        if (!Multiboot2Tags.TryReadHeader(structure, tag, out _, out uint size)
            || size < Multiboot2Tables.MapHeaderBytes
            || !structure.TryReadUInt32(tag + 8, out entryBytes)
            || !structure.TryReadUInt32(tag + 12, out version))
            return false;

        bytes = size - (uint)Multiboot2Tables.MapHeaderBytes;
        return true;
    }

    private static Result<BootModules, BootInformationError> ReadModules(PhysicalMemoryView structure, in Multiboot2Tags tags)
    {
        if (tags.ModuleCount == 0)
            return default(BootModules);

        if (tags.ModuleCount > BootLimits.Modules)
            return BootInformationError.TooManyModules;

        ulong next = tags.FirstModule;
        for (int index = 0; index < tags.ModuleCount; index++)
        {
            if (!Multiboot2Tables.TryReadModule(structure, ref next, out _))
                return BootInformationError.ModuleMalformed;
        }

        PhysRange storage = PhysRange.FromBounds(PhysAddr.Create(tags.FirstModule), PhysAddr.Create(tags.ModulesEnd));
        return new BootModules(structure, BootProtocol.Multiboot2, storage, tags.ModuleCount);
    }

    private static Result<PhysAddr, BootInformationError> ReadRsdp(PhysicalMemoryView structure, in Multiboot2Tags tags)
    {
        bool isNew = tags.NewRsdp != 0;
        ulong tag = isNew ? tags.NewRsdp : tags.OldRsdp;
        if (tag == 0)
            return PhysAddr.Zero;

        ulong bytes = Multiboot2Tags.HeaderBytes + (isNew ? NewRsdpBytes : OldRsdpBytes);
        return Multiboot2Tags.TryReadHeader(structure, tag, out _, out uint size) && size >= bytes
            ? PhysAddr.Create(tag + Multiboot2Tags.HeaderBytes)
            : BootInformationError.RsdpMalformed;
    }
}
