using System.Collections.Generic;
using System.Linq;

namespace KernelMem.Tests.Boot;

/// <summary>Lays out a UEFI memory map with descriptors of some size; it ends where the image ends.</summary>
internal static class UefiImage
{
    public const ulong Map = 0x7_E000;
    public const ulong WriteBack = 8;

    /// <summary>A small map with every type, as an OVMF machine with 128 MiB might have it; lengths in bytes.</summary>
    public static readonly FirmwareEntry[] Typical =
    [
        new(0, 0x1000, 3, 0xF),
        new(0x1000, 0x9_F000, 7, 0xF),
        new(0x10_0000, 0x70_0000, 7, 0xF),
        new(0x80_0000, 0x8000, 10, 0xF),
        new(0x80_8000, 0x3000, 7, 0xF),
        new(0x80_B000, 0x5000, 1, 0xF),
        new(0x81_0000, 0x10_0000, 2, 0xF),
        new(0x91_0000, 0x40_0000, 4, 0xF),
        new(0x600_0000, 0x10_0000, 5, 0x8000_0000_0000_000F),
        new(0x610_0000, 0x10_0000, 6, 0x8000_0000_0000_000F),
        new(0x620_0000, 0x1_0000, 9, 0xF),
        new(0x621_0000, 0x1_0000, 0, 0xF),
        new(0xFFC0_0000, 0x40_0000, 11, 0x8000_0000_0000_0001),
    ];

    public static PhysicalImage Create(IReadOnlyList<FirmwareEntry> map, int descriptorBytes)
    {
        PhysicalImage image = new(Map, map.Count * descriptorBytes);
        Put(image, Map, map, descriptorBytes);
        return image;
    }

    public static void Put(PhysicalImage image, ulong at, IReadOnlyList<FirmwareEntry> map, int descriptorBytes)
    {
        foreach ((int index, FirmwareEntry entry) in map.Index())
        {
            ulong descriptor = at + (ulong)(index * descriptorBytes);
            image.Put32(descriptor, (uint)entry.Type);
            image.Put32(descriptor + 4, 0xCCCC_CCCC);
            image.Put64(descriptor + 8, entry.Start);
            image.Put64(descriptor + 16, 0xCCCC_CCCC_CCCC_CCCC);
            image.Put64(descriptor + 24, entry.Length / 4096);
            image.Put64(descriptor + 32, entry.Attributes);
            for (int more = 40; more < descriptorBytes; more += 8)
                image.Put64(descriptor + (ulong)more, 0xCCCC_CCCC_CCCC_CCCC);
        }
    }
}
