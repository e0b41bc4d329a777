using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace KernelMem.Tests.Boot;

/// <summary>
/// E820 maps of machines that exist, typed from their published boot logs, or recorded. A line is an entry: first byte, last byte, type.
/// </summary>
internal static class RealMachines
{
    /// <summary>A VirtualBox machine with 4 GiB (Linux 3.6 log).</summary>
    private const string VirtualBox4GiB = """
        0 9fbff 1
        9fc00 9ffff 2
        f0000 fffff 2
        100000 dffeffff 1
        dfff0000 dfffffff 3
        fffc0000 ffffffff 2
        100000000 11fffffff 1
        """;

    /// <summary>A Xen HVM guest with 2 GiB, as hvmloader lists it.</summary>
    private const string XenGuest2GiB = """
        0 9fbff 1
        9fc00 9ffff 2
        f0000 fffff 2
        100000 7f7fefff 1
        7f7ff000 7f7fffff 2
        fc000000 fdffcfff 2
        fdffd000 fdffffff 4
        fe000000 ffffffff 2
        """;

    /// <summary>A KVM guest with 512 MiB and a large extended BIOS data area (Linux 3.8 log).</summary>
    private const string KvmGuest512MiB = """
        0 93bff 1
        93c00 9ffff 2
        f0000 fffff 2
        100000 1fffdfff 1
        1fffe000 1fffffff 2
        feffc000 feffffff 2
        fffc0000 ffffffff 2
        """;

    /// <summary>A QEMU q35 guest with 64 GiB (Linux 6.11 log).</summary>
    private const string QemuGuest64GiB = """
        0 9fbff 1
        9fc00 9ffff 2
        d0000 effff 4
        f0000 fffff 2
        100000 7fffffff 1
        b0000000 bfffffff 2
        feffc000 feffffff 2
        100000000 107fffffff 1
        fd00000000 ffffffffff 2
        """;

    /// <summary>A QEMU q35 guest with 2 TiB and 46 address bits, recorded by PVH: memory goes above the hole at 1 TiB.</summary>
    private const string QemuGuest2TiB = """
        0 9fbff 1
        9fc00 9ffff 2
        f0000 fffff 2
        100000 7ffdcfff 1
        7ffdd000 7fffffff 2
        b0000000 bfffffff 2
        fed1c000 fed1ffff 2
        fffc0000 ffffffff 2
        fd00000000 ffffffffff 2
        10000000000 2ff7fffffff 1
        """;

    /// <summary>A desktop with 32 GiB: Gigabyte Z87M-D3H (Linux 4.18 log).</summary>
    private const string Desktop32GiB = """
        0 57fff 1
        58000 58fff 2
        59000 9efff 1
        9f000 9ffff 2
        100000 bd69efff 1
        bd69f000 bd6a5fff 4
        bd6a6000 be17bfff 1
        be17c000 be6d4fff 2
        be6d5000 db487fff 1
        db488000 db8e8fff 2
        db8e9000 db931fff 1
        db932000 db9edfff 4
        db9ee000 df7fefff 2
        df7ff000 df7fffff 1
        f8000000 fbffffff 2
        fec00000 fec00fff 2
        fed00000 fed03fff 2
        fed1c000 fed1ffff 2
        fee00000 fee00fff 2
        ff000000 ffffffff 2
        100000000 81effffff 1
        """;

    /// <summary>A laptop with 64 GiB: Alienware m18 R1 AMD (Linux 6.9 log).</summary>
    private const string Laptop64GiB = """
        0 9efff 1
        9f000 bffff 2
        100000 9afffff 1
        9b00000 9dfffff 2
        9e00000 9efffff 1
        9f00000 9f11fff 4
        9f12000 a235bfff 1
        a235c000 a455bfff 2
        a455c000 a456afff 1
        a456b000 a456ffff 2
        a4570000 b077efff 1
        b077f000 b2f7efff 2
        b2f7f000 baf7efff 4
        baf7f000 baffefff 3
        bafff000 baffffff 1
        bb000000 bbffffff 2
        bd7f3000 bfffffff 2
        e0200000 e02fffff 2
        fed80000 fed80fff 2
        ff000000 ffffffff 2
        100000000 103de7ffff 1
        103eec0000 103fffffff 2
        10000000000 100201fffff 2
        """;

    /// <summary>A server with 768 GiB on two sockets: Dell PowerEdge R7625, devices up to 7 TiB (Linux 6.12 log).</summary>
    private const string Server768GiB = """
        0 8efff 1
        8f000 8ffff 4
        90000 9ffff 1
        100000 59cccfff 1
        59ccd000 59ccffff 2
        59cd0000 677cefff 1
        677cf000 6dfcefff 2
        6dfcf000 6edfefff 4
        6edff000 6effefff 3
        6efff000 6effffff 1
        6f000000 6fffffff 4
        70000000 8fffffff 2
        9c000000 9cffffff 2
        a9000000 a9ffffff 2
        b6000000 b6ffffff 2
        c3000000 c3ffffff 2
        d0000000 d0ffffff 2
        dd000000 ddffffff 2
        ea000000 eaffffff 2
        fd000000 ffffffff 2
        100000000 187fdfffff 1
        187fe00000 187fffffff 2
        1880000000 307fdfffff 1
        307fe00000 307fffffff 2
        3080000000 487fdfffff 1
        487fe00000 487fffffff 2
        4880000000 607edfffff 1
        607ee00000 607fffffff 2
        6080000000 787fdfffff 1
        787fe00000 787fffffff 2
        7880000000 907fdfffff 1
        907fe00000 907fffffff 2
        9080000000 a87fdfffff 1
        a87fe00000 a87fffffff 2
        a880000000 c07e7bffff 1
        c07e7c0000 c07fbfffff 2
        c07fc00000 c07fcfffff 1
        c07fd00000 c07fffffff 2
        10000000000 100201fffff 2
        1dfa0000000 1dfc01fffff 2
        2bf40000000 2bf601fffff 2
        39ee0000000 39f001fffff 2
        47e80000000 47ea01fffff 2
        55e20000000 55e401fffff 2
        63dc0000000 63de01fffff 2
        71d60000000 71d801fffff 2
        """;

    /// <summary>A QEMU guest with 16 GiB and specific-purpose memory before the fix of 2025: an entry of RAM over the whole of it. The sizes are ours.</summary>
    private const string OverlappingGuest16GiB = """
        0 9fbff 1
        9fc00 9ffff 2
        f0000 fffff 2
        100000 7ffdcfff 1
        7ffdd000 7fffffff 2
        b0000000 bfffffff 2
        100000000 47fffffff 1
        380000000 47fffffff efffffff
        """;

    /// <summary>Each machine by name, with its map and the memory built into it, in MiB.</summary>
    public static readonly (string Name, string Map, ulong MiB)[] All =
    [
        (nameof(VirtualBox4GiB), VirtualBox4GiB, 4096),
        (nameof(XenGuest2GiB), XenGuest2GiB, 2048),
        (nameof(KvmGuest512MiB), KvmGuest512MiB, 512),
        (nameof(QemuGuest64GiB), QemuGuest64GiB, 64 << 10),
        (nameof(QemuGuest2TiB), QemuGuest2TiB, 2 << 20),
        (nameof(Desktop32GiB), Desktop32GiB, 32 << 10),
        (nameof(Laptop64GiB), Laptop64GiB, 64 << 10),
        (nameof(Server768GiB), Server768GiB, 768 << 10),
        (nameof(OverlappingGuest16GiB), OverlappingGuest16GiB, 16 << 10),
    ];

    /// <summary>The entries of a map; the attributes are those of an entry that counts.</summary>
    public static FirmwareEntry[] Entries(string map) => [.. map.ReplaceLineEndings("\n").Split('\n').Select(Entry)];

    private static FirmwareEntry Entry(string line)
    {
        List<ulong> numbers = [.. line.Split(' ').Select(text => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
        return new FirmwareEntry(numbers[0], numbers[1] - numbers[0] + 1, numbers[2], 1);
    }
}
