using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Reads the start info that a PVH boot leaves in memory and points to with EBX
/// (Xen <c>public/arch-x86/hvm/start_info.h</c>, version 1 and later).
/// </summary>
public static class PvhReader
{
    /// <summary>The first four bytes of a start info.</summary>
    public const uint Magic = 0x336E_C578;

    private const ulong InfoBytes = 56;
    private const ulong VersionOffset = 4;
    private const ulong ModuleCountOffset = 12;
    private const ulong ModulesOffset = 16;
    private const ulong CommandLineOffset = 24;
    private const ulong RsdpOffset = 32;
    private const ulong MapOffset = 40;
    private const ulong MapCountOffset = 48;
    private const ulong VersionZeroBytes = 40;

    /// <summary>Reads and checks the start info and everything it points to, except the content of modules.</summary>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="startInfo">Where the start info is: EBX as the kernel was entered.</param>
    /// <returns>The boot information, or what is wrong with it.</returns>
    public static Result<BootInformation, BootInformationError> Read(PhysicalMemoryView memory, PhysAddr startInfo)
    {
        ulong info = startInfo.Value;
        if (!memory.Contains(info, VersionZeroBytes))
            return BootInformationError.InfoOutsideWindow;

        if (ReadUInt32(memory, info) != Magic)
            return BootInformationError.BadMagic;

        // Later versions promise to be backwards compatible.
        if (ReadUInt32(memory, info + VersionOffset) == 0)
            return BootInformationError.VersionWithoutMap;

        if (!memory.Contains(info, InfoBytes))
            return BootInformationError.InfoOutsideWindow;

        if (!ReadMap(memory, info).TryGet(out FirmwareMap map, out BootInformationError error)
            || !ReadModules(memory, info).TryGet(out BootModules modules, out error))
            return error;

        // "Nothing will be loaded at physical address 0, so a 0 value in any of the address fields is not present."
        ulong commandLine = ReadUInt64(memory, info + CommandLineOffset);
        BootString text = default;
        if (commandLine != 0 && !BootString.TryRead(memory, commandLine, out text))
            return BootInformationError.CommandLineUnreadable;

        if (!PhysAddr.TryCreate(ReadUInt64(memory, info + RsdpOffset), out PhysAddr rsdp))
            return BootInformationError.RsdpMalformed;

        PhysRange storage = PhysRange.Create(startInfo, InfoBytes);
        return new BootInformation(BootProtocol.Pvh, storage, map, modules, text, rsdp);
    }

    private static Result<FirmwareMap, BootInformationError> ReadMap(PhysicalMemoryView memory, ulong info)
    {
        ulong table = ReadUInt64(memory, info + MapOffset);
        uint count = ReadUInt32(memory, info + MapCountOffset);
        return table == 0 ? BootInformationError.NoMemoryMap : E820Reader.ReadTable(memory, table, count, PvhTables.RegionBytes);
    }

    private static Result<BootModules, BootInformationError> ReadModules(PhysicalMemoryView memory, ulong info)
    {
        ulong list = ReadUInt64(memory, info + ModulesOffset);
        uint count = ReadUInt32(memory, info + ModuleCountOffset);
        if (list == 0 || count == 0)
            return default(BootModules);

        if (count > BootLimits.Modules)
            return BootInformationError.TooManyModules;

        ulong bytes = count * PvhTables.ModuleBytes;
        if (!memory.Contains(list, bytes))
            return BootInformationError.ModulesOutsideWindow;

        ulong next = list;
        for (uint index = 0; index < count; index++)
        {
            if (!PvhTables.TryReadModule(memory, ref next, out _))
                return BootInformationError.ModuleMalformed;
        }

        return new BootModules(memory, BootProtocol.Pvh, PhysRange.Create(PhysAddr.Create(list), bytes), (int)count);
    }

    // The fields of the structure itself, whose place in the window has been checked.
    private static uint ReadUInt32(PhysicalMemoryView memory, ulong address) => memory.TryReadUInt32(address, out uint value) ? value : 0;

    private static ulong ReadUInt64(PhysicalMemoryView memory, ulong address) => memory.TryReadUInt64(address, out ulong value) ? value : 0;
}
