using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// Reads the memory map that UEFI's <c>GetMemoryMap</c> fills in, for kernels that are EFI applications, or whose loader passes that map on
/// (UEFI 2.10 §7.2). The map is the one whose key <c>ExitBootServices</c> accepted: what is read is what holds after that call.
/// </summary>
public static class UefiReader
{
    /// <summary>Checks the map's measures, and that it lies in memory that may be read.</summary>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="map">The bytes that were filled in: <c>MemoryMapSize</c> of them.</param>
    /// <param name="descriptorBytes">
    /// <c>DescriptorSize</c>: the bytes from an entry to the next. It is what the firmware says, not the size of a structure: at least 40,
    /// a multiple of 8, and more than 1024 are not believed.
    /// </param>
    /// <param name="version"><c>DescriptorVersion</c>: 1.</param>
    /// <param name="rsdp">The ACPI root pointer of the system's configuration table, or <see cref="PhysAddr.Zero"/>.</param>
    /// <returns>Boot information that has a map and the root pointer, or what is wrong with the map.</returns>
    public static Result<BootInformation, BootInformationError> Read(
        PhysicalMemoryView memory, PhysRange map, ulong descriptorBytes, uint version, PhysAddr rsdp)
    {
        if (!ReadTable(memory, map.Start.Value, map.Length, descriptorBytes, version).TryGet(out FirmwareMap table, out BootInformationError error))
            return error;

        return new BootInformation(BootProtocol.Uefi, default, table, default, default, rsdp, table);
    }

    internal static Result<FirmwareMap, BootInformationError> ReadTable(
        PhysicalMemoryView memory, ulong table, ulong bytes, ulong descriptorBytes, uint version)
    {
        if (version != UefiTables.DescriptorVersion)
            return BootInformationError.UnknownMapVersion;

        if (descriptorBytes is < UefiTables.DescriptorBytes or > UefiTables.MaximumDescriptorBytes
            || descriptorBytes % UefiTables.DescriptorAlignment != 0)
            return BootInformationError.BadEntrySize;

        if (bytes == 0)
            return BootInformationError.NoMemoryMap;

        if (!memory.Contains(table, bytes))
            return BootInformationError.MapOutsideWindow;

        if (bytes % descriptorBytes != 0)
            return BootInformationError.MapMalformed;

        ulong count = bytes / descriptorBytes;
        if (count > BootLimits.MapEntries)
            return BootInformationError.TooManyMapEntries;

        return FirmwareMap.Uefi(memory, PhysRange.Create(PhysAddr.Create(table), bytes), (int)count, descriptorBytes);
    }
}
