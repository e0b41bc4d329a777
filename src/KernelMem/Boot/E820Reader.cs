using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Reads a table of E820 entries: what a kernel that asked the BIOS itself has collected, or what a boot loader of one's own passes on
/// (ACPI 6.5 §15.1, <c>INT 15h, E820h</c>).
/// </summary>
/// <remarks>
/// In entries of 24 bytes the last four are the extended attributes (ACPI 3.0 and later), and an entry whose bit 0 is clear is to be ignored.
/// Some firmware returns 20 bytes where it was asked for 24: whoever collects the entries sets that bit before each call.
/// </remarks>
public static class E820Reader
{
    /// <summary>Checks that the table lies in memory that may be read.</summary>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="table">The first entry.</param>
    /// <param name="count">The number of entries, at least 1.</param>
    /// <param name="entryBytes">The bytes from an entry to the next: 20, or 24 with extended attributes.</param>
    /// <returns>Boot information that has a map and nothing else, or what is wrong with the table.</returns>
    public static Result<BootInformation, BootInformationError> Read(PhysicalMemoryView memory, PhysAddr table, uint count, uint entryBytes)
    {
        bool extended = entryBytes == E820Tables.ExtendedEntryBytes;
        if (!extended && entryBytes != E820Tables.EntryBytes)
            return BootInformationError.BadEntrySize;

        if (!ReadTable(memory, table.Value, count, entryBytes, extended).TryGet(out FirmwareMap map, out BootInformationError error))
            return error;

        return new BootInformation(BootProtocol.E820, default, map, default, default, PhysAddr.Zero);
    }

    // For the other protocols whose entries look like these.
    internal static Result<FirmwareMap, BootInformationError> ReadTable(
        PhysicalMemoryView memory, ulong table, ulong count, ulong stride, bool extended = false)
    {
        if (count == 0)
            return BootInformationError.NoMemoryMap;

        if (count > BootLimits.MapEntries)
            return BootInformationError.TooManyMapEntries;

        ulong bytes = count * stride;
        if (!memory.Contains(table, bytes))
            return BootInformationError.MapOutsideWindow;

        return FirmwareMap.E820(memory, PhysRange.Create(PhysAddr.Create(table), bytes), (int)count, stride, extended);
    }
}
