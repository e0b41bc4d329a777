using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Reads what the Limine boot loader answers (Limine boot protocol, base revisions 0 to 4). There is no single structure: the kernel's
/// requests hold pointers to the answers, in the higher half direct map that Limine makes.
/// </summary>
/// <remarks>
/// From base revision 3 on Limine's direct map has holes where the memory map has reserved memory. A window over such a map lets a corrupt
/// pointer lead into a hole, which faults; a kernel that does not trust its loader takes a window over what it knows to be mapped.
/// </remarks>
public static class LimineReader
{
    private const ulong CountOffset = 8;
    private const ulong ListOffset = 16;
    private const ulong ListResponseBytes = 24; // u64 revision, u64 count, pointer to the list of pointers
    private const ulong ValueOffset = 8;
    private const ulong ValueResponseBytes = 16; // u64 revision, then a pointer

    /// <summary>Reads and checks the answers and everything they point to, except the content of modules.</summary>
    /// <param name="memory">The physical memory that may be read: a window over the direct map.</param>
    /// <param name="directMap">Where that map begins: the answer to the HHDM request.</param>
    /// <param name="responses">The pointers to the answers.</param>
    /// <returns>The boot information, or what is wrong with it.</returns>
    public static Result<BootInformation, BootInformationError> Read(PhysicalMemoryView memory, VirtAddr directMap, LimineResponses responses)
    {
        ulong offset = directMap.Value;
        if (!ReadMap(memory, offset, responses.MemoryMap, out PhysRange storage).TryGet(out FirmwareMap map, out BootInformationError error)
            || !ReadModules(memory, offset, responses.Modules).TryGet(out BootModules modules, out error)
            || !ReadCommandLine(memory, offset, responses.CommandLine).TryGet(out BootString text, out error)
            || !ReadRsdp(memory, offset, responses.Rsdp).TryGet(out PhysAddr rsdp, out error))
            return error;

        return new BootInformation(BootProtocol.Limine, storage, map, modules, text, rsdp);
    }

    private static Result<FirmwareMap, BootInformationError> ReadMap(PhysicalMemoryView memory, ulong directMap, ulong response, out PhysRange storage)
    {
        storage = default;
        if (response == 0)
            return BootInformationError.NoMemoryMap;

        if (!TryReadList(memory, directMap, response, out storage, out ulong count, out ulong list))
            return BootInformationError.InfoOutsideWindow;

        if (count == 0)
            return BootInformationError.NoMemoryMap;

        if (count > BootLimits.MapEntries)
            return BootInformationError.TooManyMapEntries;

        if (!TryFindExtent(memory, directMap, list, count, LimineTables.RegionBytes, out ulong first, out PhysRange extent))
            return BootInformationError.MapOutsideWindow;

        return FirmwareMap.Limine(memory, extent, first, (int)count, directMap);
    }

    private static Result<BootModules, BootInformationError> ReadModules(PhysicalMemoryView memory, ulong directMap, ulong response)
    {
        if (response == 0)
            return default(BootModules);

        if (!TryReadList(memory, directMap, response, out _, out ulong count, out ulong list))
            return BootInformationError.ModulesOutsideWindow;

        if (count == 0)
            return default(BootModules);

        if (count > BootLimits.Modules)
            return BootInformationError.TooManyModules;

        if (!TryFindExtent(memory, directMap, list, count, LimineTables.FileBytes, out ulong first, out PhysRange extent))
            return BootInformationError.ModulesOutsideWindow;

        ulong next = first;
        for (ulong index = 0; index < count; index++)
        {
            if (!LimineTables.TryReadModule(memory, directMap, ref next, out _))
                return BootInformationError.ModuleMalformed;
        }

        return BootModules.Limine(memory, extent, first, (int)count, directMap);
    }

    private static Result<BootString, BootInformationError> ReadCommandLine(PhysicalMemoryView memory, ulong directMap, ulong response)
    {
        if (response == 0)
            return default(BootString);

        return TryReadValue(memory, directMap, response, out ulong pointer)
            && LimineTables.TryToPhysical(pointer, directMap, out ulong at)
            && BootString.TryRead(memory, at, out BootString text)
            ? text
            : BootInformationError.CommandLineUnreadable;
    }

    // Physical in base revision 3, a pointer into the direct map in all others. The map lies above all physical addresses.
    private static Result<PhysAddr, BootInformationError> ReadRsdp(PhysicalMemoryView memory, ulong directMap, ulong response)
    {
        if (response == 0)
            return PhysAddr.Zero;

        if (!TryReadValue(memory, directMap, response, out ulong pointer))
            return BootInformationError.RsdpMalformed;

        ulong address = LimineTables.TryToPhysical(pointer, directMap, out ulong physical) ? physical : pointer;
        return PhysAddr.TryCreate(address, out PhysAddr rsdp) ? rsdp : BootInformationError.RsdpMalformed;
    }

    private static bool TryReadList(
        PhysicalMemoryView memory, ulong directMap, ulong response, out PhysRange storage, out ulong count, out ulong list)
    {
        storage = default;
        count = list = 0;
        return LimineTables.TryToPhysical(response, directMap, out ulong at)
            && memory.Contains(at, ListResponseBytes)
            && PhysRange.TryCreate(PhysAddr.Create(at), ListResponseBytes, out storage)
            && memory.TryReadUInt64(at + CountOffset, out count)
            && memory.TryReadUInt64(at + ListOffset, out list);
    }

    private static bool TryReadValue(PhysicalMemoryView memory, ulong directMap, ulong response, out ulong value)
    {
        value = 0;
        return LimineTables.TryToPhysical(response, directMap, out ulong at)
            && memory.Contains(at, ValueResponseBytes)
            && memory.TryReadUInt64(at + ValueOffset, out value);
    }

    // The memory from the first to the last byte of the list and of all that it points to. Limine puts them side by side; where they are
    // scattered, what lies between is kept with them, for nobody says that it is free of them.
    private static bool TryFindExtent(
        PhysicalMemoryView memory, ulong directMap, ulong list, ulong count, ulong entryBytes, out ulong first, out PhysRange extent)
    {
        extent = default;
        ulong listBytes = count * LimineTables.PointerBytes;
        if (!LimineTables.TryToPhysical(list, directMap, out first) || !memory.Contains(first, listBytes))
            return false;

        ulong low = first;
        ulong high = first + listBytes;
        for (ulong index = 0; index < count; index++)
        {
            if (!LimineTables.TryFollow(memory, directMap, first + index * LimineTables.PointerBytes, entryBytes, out ulong entry))
                return false;

            low = entry < low ? entry : low;
            high = entry + entryBytes > high ? entry + entryBytes : high;
        }

        return PhysRange.TryFromBounds(low, high, out extent);
    }
}
