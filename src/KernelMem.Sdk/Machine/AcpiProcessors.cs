using System;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Machine;

/// <summary>The CPUs of the machine, by the ACPI tables (ACPI 6.5, sections 5.2.5 to 5.2.12).</summary>
/// <remarks>Reads through a window, so that damaged tables cannot lead it elsewhere; a table it cannot use counts as no CPUs.</remarks>
public static class AcpiProcessors
{
    private const int HeaderBytes = 36;
    private const int MadtEntriesOffset = 44;
    private const int LocalApicEntry = 0;
    private const uint Enabled = 1;

    /// <summary>Finds the root pointer in the BIOS areas, for loaders that do not hand it over.</summary>
    public static bool TryFindRoot(PhysicalMemoryView memory, out PhysAddr root)
    {
        // ACPI 6.5, section 5.2.5.1: the first KiB of the extended BIOS data area, then 0xE0000 to 0xFFFFF.
        root = default;
        if (TryGetBytes(memory, 0x40E, 2, out ReadOnlySpan<byte> segment)
            && TryScan(memory, (ulong)(segment[0] | segment[1] << 8) << 4, 1024, out root))
        {
            return true;
        }

        return TryScan(memory, 0xE0000, 0x20000, out root);
    }

    /// <summary>Lists the local APIC ids of the enabled CPUs.</summary>
    /// <param name="memory">Physical memory that holds the tables.</param>
    /// <param name="root">The root pointer (RSDP).</param>
    /// <param name="apicIds">Receives the ids, as many as fit.</param>
    /// <returns>How many there are, which may be more than were written; 0 if the tables cannot be read.</returns>
    public static int Read(PhysicalMemoryView memory, PhysAddr root, Span<byte> apicIds)
    {
        if (!TryGetBytes(memory, root.Value, HeaderBytes, out ReadOnlySpan<byte> pointer))
            return 0;

        // Revision 2 added the XSDT, whose entries have 64 bits.
        bool extended = pointer[15] >= 2;
        ulong tables = extended ? ReadUInt64(pointer, 24) : ReadUInt32(pointer, 16);
        int entryBytes = extended ? sizeof(ulong) : sizeof(uint);
        if (!TryGetTable(memory, tables, out ReadOnlySpan<byte> list))
            return 0;

        for (int offset = HeaderBytes; offset + entryBytes <= list.Length; offset += entryBytes)
        {
            ulong address = extended ? ReadUInt64(list, offset) : ReadUInt32(list, offset);
            if (TryGetTable(memory, address, out ReadOnlySpan<byte> table) && StartsWith(table, "APIC"u8))
                return ReadMadt(table, apicIds);
        }

        return 0;
    }

    private static int ReadMadt(ReadOnlySpan<byte> table, Span<byte> apicIds)
    {
        int count = 0;
        int offset = MadtEntriesOffset;
        while (offset + 2 <= table.Length)
        {
            int type = table[offset];
            int length = table[offset + 1];
            if (length < 2 || length > table.Length - offset)
                break;
            if (type == LocalApicEntry && length >= 8 && (ReadUInt32(table, offset + 4) & Enabled) != 0)
            {
                if (count < apicIds.Length)
                    apicIds[count] = table[offset + 3];
                count++;
            }

            offset += length;
        }

        return count;
    }

    private static bool TryGetTable(PhysicalMemoryView memory, ulong address, out ReadOnlySpan<byte> table)
    {
        table = default;
        return TryGetBytes(memory, address, HeaderBytes, out ReadOnlySpan<byte> header)
            && ReadUInt32(header, 4) is >= HeaderBytes and <= 1 << 20
            && TryGetBytes(memory, address, ReadUInt32(header, 4), out table)
            && Checksum(table) == 0;
    }

    private static bool TryScan(PhysicalMemoryView memory, ulong start, int length, out PhysAddr root)
    {
        root = default;
        if (!TryGetBytes(memory, start, (ulong)length, out ReadOnlySpan<byte> area))
            return false;
        for (int offset = 0; offset + 20 <= area.Length; offset += 16)
        {
            if (StartsWith(area.Slice(offset), "RSD PTR "u8) && Checksum(area.Slice(offset, 20)) == 0)
            {
                root = PhysAddr.Create(start + (ulong)offset);
                return true;
            }
        }

        return false;
    }

    // Firmware's numbers may be no addresses at all.
    private static bool TryGetBytes(PhysicalMemoryView memory, ulong start, ulong length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return PhysAddr.TryCreate(start, out PhysAddr address)
            && PhysRange.TryCreate(address, length, out PhysRange range)
            && memory.TryGetBytes(range, out bytes);
    }

    private static bool StartsWith(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> prefix) =>
        bytes.Length >= prefix.Length && bytes.Slice(0, prefix.Length).SequenceEqual(prefix);

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (byte value in bytes)
            sum += value;
        return sum;
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, int offset) =>
        Unsafe.ReadUnaligned<uint>(in bytes.Slice(offset, sizeof(uint))[0]);

    private static ulong ReadUInt64(ReadOnlySpan<byte> bytes, int offset) =>
        Unsafe.ReadUnaligned<ulong>(in bytes.Slice(offset, sizeof(ulong))[0]);
}
