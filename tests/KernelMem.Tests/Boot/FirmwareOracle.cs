using System.Collections.Generic;
using System.Globalization;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>
/// What the entries of each format say, written down from the specifications and apart from the readers; null for an entry that says
/// nothing.
/// </summary>
internal static class FirmwareOracle
{
    private static readonly Dictionary<ulong, MemoryRegionKind> E820Types = new()
    {
        [1] = MemoryRegionKind.Usable,
        [3] = MemoryRegionKind.AcpiReclaimable,
        [4] = MemoryRegionKind.AcpiNvs,
        [5] = MemoryRegionKind.BadMemory,
        [7] = MemoryRegionKind.Persistent,
    };

    private static readonly Dictionary<ulong, MemoryRegionKind> UefiTypes = new()
    {
        [1] = MemoryRegionKind.BootData,
        [2] = MemoryRegionKind.BootData,
        [3] = MemoryRegionKind.FirmwareBoot,
        [4] = MemoryRegionKind.FirmwareBoot,
        [5] = MemoryRegionKind.FirmwareRuntime,
        [6] = MemoryRegionKind.FirmwareRuntime,
        [7] = MemoryRegionKind.Usable,
        [8] = MemoryRegionKind.BadMemory,
        [9] = MemoryRegionKind.AcpiReclaimable,
        [10] = MemoryRegionKind.AcpiNvs,
        [14] = MemoryRegionKind.Persistent,
        [15] = MemoryRegionKind.Unaccepted,
    };

    private static readonly Dictionary<ulong, MemoryRegionKind> LimineTypes = new()
    {
        [0] = MemoryRegionKind.Usable,
        [2] = MemoryRegionKind.AcpiReclaimable,
        [3] = MemoryRegionKind.AcpiNvs,
        [4] = MemoryRegionKind.BadMemory,
        [5] = MemoryRegionKind.BootData,
        [6] = MemoryRegionKind.BootData,
    };

    public static RawEntry? E820(FirmwareEntry entry) =>
        new(entry.Start, entry.Length, E820Types.GetValueOrDefault(entry.Type, MemoryRegionKind.Reserved));

    public static RawEntry? E820Extended(FirmwareEntry entry)
    {
        if (entry.Attributes % 2 == 0)
            return null;

        RawEntry plain = E820(entry)!.Value;
        if (plain.Kind != MemoryRegionKind.Usable)
            return plain;

        bool log = (entry.Attributes >> 3) % 2 == 1;
        bool persistent = (entry.Attributes >> 1) % 2 == 1;
        return plain with { Kind = log ? MemoryRegionKind.Reserved : persistent ? MemoryRegionKind.Persistent : MemoryRegionKind.Usable };
    }

    public static RawEntry? Uefi(FirmwareEntry entry)
    {
        MemoryRegionKind kind = UefiTypes.GetValueOrDefault(entry.Type, MemoryRegionKind.Reserved);
        bool firmwareMayHaveIt = entry.Type is (>= 1 and <= 4) or 7 or 9;
        if (firmwareMayHaveIt)
        {
            string bits = entry.Attributes.ToString("B64", CultureInfo.InvariantCulture);
            bool Has(int bit) => bits[63 - bit] == '1';
            if (Has(63))
                kind = MemoryRegionKind.FirmwareRuntime;
            else if (Has(15))
                kind = MemoryRegionKind.Persistent;
            else if (!Has(3) || Has(18))
                kind = MemoryRegionKind.Reserved;
        }

        return new RawEntry(entry.Start, entry.Length, kind);
    }

    public static RawEntry? Limine(FirmwareEntry entry) =>
        new(entry.Start, entry.Length, LimineTypes.GetValueOrDefault(entry.Type, MemoryRegionKind.Reserved));
}
