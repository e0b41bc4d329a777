using System.Collections.Generic;

namespace KernelMem.Tests.Boot;

/// <summary>Lays out a table of E820 entries of 20 or 24 bytes; it ends where the image ends.</summary>
internal static class E820Image
{
    public const ulong Table = 0x7E00;

    public static PhysicalImage Create(IReadOnlyList<FirmwareEntry> map, int entryBytes)
    {
        PhysicalImage image = new(Table, map.Count * entryBytes);
        for (int index = 0; index < map.Count; index++)
        {
            ulong entry = Table + (ulong)(index * entryBytes);
            image.Put64(entry, map[index].Start);
            image.Put64(entry + 8, map[index].Length);
            image.Put32(entry + 16, (uint)map[index].Type);
            if (entryBytes == 24)
                image.Put32(entry + 20, (uint)map[index].Attributes);
        }

        return image;
    }
}
