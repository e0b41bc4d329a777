using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Reads the information structure that a Multiboot boot leaves in memory and points to with EBX (Multiboot 0.6.96 §3.3).
/// </summary>
public static class Multiboot1Reader
{
    /// <summary>What EAX holds when a Multiboot loader enters the kernel.</summary>
    public const uint Magic = 0x2BAD_B002;

    // The structure up to and including the frame buffer fields; a loader may leave less, but never at other offsets.
    private const ulong InfoBytes = 116;
    private const ulong MinimumInfoBytes = 52;

    private const ulong LowerMemoryOffset = 4;
    private const ulong UpperMemoryOffset = 8;
    private const ulong CommandLineOffset = 16;
    private const ulong ModuleCountOffset = 20;
    private const ulong ModulesOffset = 24;
    private const ulong MapLengthOffset = 44;
    private const ulong MapOffset = 48;

    private const uint HasMemoryLimits = 1 << 0;
    private const uint HasCommandLine = 1 << 2;
    private const uint HasModules = 1 << 3;
    private const uint HasMap = 1 << 6;

    /// <summary>Reads and checks the structure and everything it points to, except the content of modules.</summary>
    /// <remarks>
    /// If the loader gave no memory map but the two limits <c>mem_lower</c> and <c>mem_upper</c>, the map is made of those:
    /// at most 640 KiB from address 0, and <c>mem_upper</c> from 1 MiB. A map that is there but corrupt is an error; the
    /// limits do not stand in for it.
    /// </remarks>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="magic">EAX as the kernel was entered.</param>
    /// <param name="information">Where the structure is: EBX as the kernel was entered.</param>
    /// <returns>The boot information, or what is wrong with it.</returns>
    public static Result<BootInformation, BootInformationError> Read(PhysicalMemoryView memory, uint magic, PhysAddr information)
    {
        if (magic != Magic)
            return BootInformationError.BadMagic;

        ulong info = information.Value;
        if (!memory.Contains(info, MinimumInfoBytes))
            return BootInformationError.InfoOutsideWindow;

        uint flags = ReadUInt32(memory, info);
        if (!ReadMap(memory, info, flags).TryGet(out FirmwareMap map, out BootInformationError error)
            || !ReadModules(memory, info, flags).TryGet(out BootModules modules, out error))
            return error;

        uint commandLine = (flags & HasCommandLine) != 0 ? ReadUInt32(memory, info + CommandLineOffset) : 0;
        BootString text = default;
        if (commandLine != 0 && !BootString.TryRead(memory, commandLine, out text))
            return BootInformationError.CommandLineUnreadable;

        ulong bytes = memory.Contains(info, InfoBytes) ? InfoBytes : MinimumInfoBytes;
        PhysRange storage = PhysRange.Create(information, bytes);
        return new BootInformation(BootProtocol.Multiboot1, storage, map, modules, text, PhysAddr.Zero);
    }

    private static Result<FirmwareMap, BootInformationError> ReadMap(PhysicalMemoryView memory, ulong info, uint flags)
    {
        if ((flags & HasMap) != 0)
            return ReadMapTable(memory, ReadUInt32(memory, info + MapOffset), ReadUInt32(memory, info + MapLengthOffset));

        if ((flags & HasMemoryLimits) == 0)
            return BootInformationError.NoMemoryMap;

        uint lower = ReadUInt32(memory, info + LowerMemoryOffset);
        uint upper = ReadUInt32(memory, info + UpperMemoryOffset);
        return FirmwareMap.FromLimits(new MultibootLimits(lower, upper));
    }

    private static Result<FirmwareMap, BootInformationError> ReadMapTable(PhysicalMemoryView memory, ulong table, ulong bytes)
    {
        if (bytes == 0)
            return BootInformationError.NoMemoryMap;

        if (!memory.Contains(table, bytes))
            return BootInformationError.MapOutsideWindow;

        // Entries differ in size, so only a walk tells how many there are and whether the last one fits.
        ulong next = table;
        ulong end = table + bytes;
        int count = 0;
        while (next < end)
        {
            if (count == BootLimits.MapEntries)
                return BootInformationError.TooManyMapEntries;

            if (!Multiboot1Tables.TryReadRegion(memory, ref next, out _) || next > end)
                return BootInformationError.MapMalformed;

            count++;
        }

        return FirmwareMap.Multiboot1(memory, PhysRange.Create(PhysAddr.Create(table), bytes), count);
    }

    private static Result<BootModules, BootInformationError> ReadModules(PhysicalMemoryView memory, ulong info, uint flags)
    {
        uint count = (flags & HasModules) != 0 ? ReadUInt32(memory, info + ModuleCountOffset) : 0;
        if (count == 0)
            return default(BootModules);

        if (count > BootLimits.Modules)
            return BootInformationError.TooManyModules;

        ulong list = ReadUInt32(memory, info + ModulesOffset);
        ulong bytes = count * Multiboot1Tables.ModuleBytes;
        if (!memory.Contains(list, bytes))
            return BootInformationError.ModulesOutsideWindow;

        ulong next = list;
        for (uint index = 0; index < count; index++)
        {
            if (!Multiboot1Tables.TryReadModule(memory, ref next, out _))
                return BootInformationError.ModuleMalformed;
        }

        return new BootModules(memory, BootProtocol.Multiboot1, PhysRange.Create(PhysAddr.Create(list), bytes), (int)count);
    }

    // The fields of the structure itself, whose place in the window has been checked.
    private static uint ReadUInt32(PhysicalMemoryView memory, ulong address) => memory.TryReadUInt32(address, out uint value) ? value : 0;
}
