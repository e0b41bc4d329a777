using System;
using System.Collections.Generic;
using System.Text;

namespace KernelMem.Tests.Boot;

/// <summary>
/// Lays out a Multiboot 2 information structure as §3.6 of the specification draws it, tag by tag. The structure ends where the image ends.
/// </summary>
internal sealed class Multiboot2Image
{
    public const ulong Info = 0x9000;

    private readonly List<byte> _bytes = [.. new byte[8]];

    /// <summary>Where the tag added last begins.</summary>
    public ulong Last { get; private set; }

    /// <summary>With the tags of a typical boot: a command line, modules, the two sizes, the map, and the ACPI root pointer.</summary>
    public static PhysicalImage Create(
        IReadOnlyList<(ulong Start, ulong Length, uint Type)> map,
        string? commandLine = null,
        (uint Start, uint End, string? Text)[]? modules = null,
        int entryBytes = 24)
    {
        Multiboot2Image image = new Multiboot2Image().Tag(21, Words(0x20_0000)).Rsdp(2).Limits(639, 31 * 1024);
        if (commandLine is not null)
            image.Text(1, commandLine);

        foreach ((uint start, uint end, string? text) in modules ?? [])
            image.Module(start, end, text).Tag(9, Words(0, 0, 0)); // not next to each other

        return image.Map(map, entryBytes).Finish();
    }

    public Multiboot2Image Tag(uint type, params byte[] content)
    {
        Last = Info + (ulong)_bytes.Count;
        _bytes.AddRange(Words(type, 8 + (uint)content.Length));
        _bytes.AddRange(content);
        while (_bytes.Count % 8 != 0)
            _bytes.Add(0xCC);

        return this;
    }

    public Multiboot2Image Text(uint type, string text) => Tag(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    public Multiboot2Image Module(uint start, uint end, string? text) =>
        Tag(3, [.. Words(start, end), .. text is null ? Array.Empty<byte>() : [.. Encoding.UTF8.GetBytes(text), 0]]);

    public Multiboot2Image Limits(uint lowerKiB, uint upperKiB) => Tag(4, Words(lowerKiB, upperKiB));

    /// <summary>A copy of the ACPI root pointer: revision 0 has 20 bytes, the later ones 36.</summary>
    public Multiboot2Image Rsdp(int revision)
    {
        byte[] pointer = new byte[revision == 0 ? 20 : 36];
        "RSD PTR "u8.CopyTo(pointer);
        pointer[15] = (byte)revision;
        return Tag(revision == 0 ? 14u : 15u, pointer);
    }

    public Multiboot2Image Map(IReadOnlyList<(ulong Start, ulong Length, uint Type)> map, int entryBytes = 24)
    {
        PhysicalImage table = new(0, map.Count * entryBytes);
        for (int index = 0; index < map.Count; index++)
        {
            ulong entry = (ulong)(index * entryBytes);
            table.Put64(entry, map[index].Start);
            table.Put64(entry + 8, map[index].Length);
            table.Put32(entry + 16, map[index].Type);
            table.Put32(entry + 20, 0xCCCC_CCCC);
        }

        return Tag(6, [.. Words((uint)entryBytes, 0), .. table.Bytes]);
    }

    public Multiboot2Image UefiMap(IReadOnlyList<FirmwareEntry> map, int descriptorBytes = 48, uint version = 1)
    {
        PhysicalImage table = new(0, map.Count * descriptorBytes);
        UefiImage.Put(table, 0, map, descriptorBytes);
        return Tag(17, [.. Words((uint)descriptorBytes, version), .. table.Bytes]);
    }

    /// <summary>Adds the end tag and states the size.</summary>
    public PhysicalImage Finish()
    {
        Tag(0);
        return Unfinished();
    }

    public PhysicalImage Unfinished()
    {
        PhysicalImage image = new(Info, _bytes.Count);
        _bytes.CopyTo(image.Bytes);
        image.Put32(Info, (uint)_bytes.Count);
        image.Put32(Info + 4, 0xCCCC_CCCC);
        return image;
    }

    public static byte[] Words(params uint[] words)
    {
        byte[] bytes = new byte[words.Length * sizeof(uint)];
        Buffer.BlockCopy(words, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
