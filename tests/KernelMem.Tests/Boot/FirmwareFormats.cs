using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

/// <summary>A way to lay a map out in memory, the reader for it, and what the oracle says of its entries.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Types">The types that mean something, one that does not, and the most there can be.</param>
/// <param name="Lay">Lays a whole boot out.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Oracle">What an entry says.</param>
/// <param name="Ordinary">The attributes of ordinary memory.</param>
/// <param name="PageBytes">Entries are a multiple of this long: 4096 where a format counts pages.</param>
internal sealed record FirmwareFormat(
    string Name,
    ulong[] Types,
    Func<FirmwareEntry[], PhysicalImage> Lay,
    Func<PhysicalMemoryView, Result<BootInformation, BootInformationError>> Read,
    Func<FirmwareEntry, RawEntry?> Oracle,
    ulong Ordinary = 1,
    ulong PageBytes = 1);

/// <summary>Every format that there is a reader for.</summary>
internal static class FirmwareFormats
{
    private static readonly ulong[] E820Types = [1, 1, 1, 2, 3, 4, 5, 6, 7, 12, 0, 0xFFFF_FFFF];
    private static readonly ulong[] UefiTypes = [7, 7, 7, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x7000_0000, 0xFFFF_FFFF];
    private static readonly ulong[] LimineTypes = [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ulong.MaxValue];

    public static readonly FirmwareFormat[] All =
    [
        new(
            "PVH",
            E820Types,
            map => PvhImage.Create(Plain(map), "quiet", (0x40_0000, 0x1000, "a"), (0x50_0000, 0x1000, "b")),
            window => PvhReader.Read(window, At(PvhImage.Info)),
            FirmwareOracle.E820),
        new(
            "Multiboot 1",
            E820Types,
            map => MultibootImage.Create(Plain(map), "quiet", [(0x40_0000, 0x40_1000, "a"), (0x50_0000, 0x50_1000, "b")]),
            window => Multiboot1Reader.Read(window, Multiboot1Reader.Magic, At(MultibootImage.Info)),
            FirmwareOracle.E820),
        new(
            "Multiboot 2",
            E820Types,
            map => Multiboot2Image.Create(Plain(map), "quiet", [(0x40_0000, 0x40_1000, "a"), (0x50_0000, 0x50_1000, "b")]),
            window => Multiboot2Reader.Read(window, Multiboot2Reader.Magic, At(Multiboot2Image.Info)),
            FirmwareOracle.E820),
        new(
            "Multiboot 2 with a UEFI map only",
            UefiTypes,
            map => new Multiboot2Image().Text(1, "quiet").Module(0x40_0000, 0x40_1000, "a").UefiMap(map).Finish(),
            window => Multiboot2Reader.Read(window, Multiboot2Reader.Magic, At(Multiboot2Image.Info)),
            FirmwareOracle.Uefi,
            Ordinary: 0xF,
            PageBytes: 4096),
        new(
            "Limine",
            LimineTypes,
            map => LimineImage.Create(map, "quiet", (0x40_0000, 0x1000, "a"), (0x50_0000, 0x1000, null)),
            window => LimineReader.Read(window, LimineImage.DirectMapStart, LimineImage.Responses()),
            FirmwareOracle.Limine),
        new(
            "E820",
            E820Types,
            map => E820Image.Create(map, 20),
            window => E820Reader.Read(window, At(E820Image.Table), (uint)(window.Range.Length / 20), 20),
            FirmwareOracle.E820),
        new(
            "E820 with attributes",
            E820Types,
            map => E820Image.Create(map, 24),
            window => E820Reader.Read(window, At(E820Image.Table), (uint)(window.Range.Length / 24), 24),
            FirmwareOracle.E820Extended),
        new(
            "UEFI",
            UefiTypes,
            map => UefiImage.Create(map, 48),
            window => UefiReader.Read(window, window.Range, 48, 1, PhysAddr.Zero),
            FirmwareOracle.Uefi,
            Ordinary: 0xF,
            PageBytes: 4096),
    ];

    private static PhysAddr At(ulong address) => PhysAddr.Create(address);

    private static List<(ulong Start, ulong Length, uint Type)> Plain(FirmwareEntry[] map) =>
        [.. map.Select(entry => (entry.Start, entry.Length, (uint)entry.Type))];
}
