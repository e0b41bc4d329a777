using System;
using KernelMem.Addresses;

namespace KernelMem.Simulation.Tests;

/// <summary>Page tables built by hand, with plain numbers from the manual: bit 0 P, 1 R/W, 2 U/S, 5 A, 6 D, 7 PS, 8 G, 63 XD.</summary>
internal sealed class Tables(SimulatedMemory memory, int levels = 4, ulong root = Tables.Root)
{
    /// <summary>Where the root table is unless stated; the others follow.</summary>
    public const ulong Root = 0x1000;

    public const ulong P = 1;
    public const ulong W = 2;
    public const ulong U = 4;
    public const ulong A = 0x20;
    public const ulong D = 0x40;
    public const ulong PS = 0x80;
    public const ulong G = 0x100;
    public const ulong XD = 0x8000_0000_0000_0000;

    private ulong _free = root + 0x1000;

    public MmuRegisters Registers { get; set; } = new(
        Cr0: 0x8001_0001, Cr3: root, Cr4: levels == 5 ? 0x10A0UL : 0xA0, Efer: 0xD00);

    /// <summary>Where the entry of a level for an address is, tables made as needed.</summary>
    public ulong Place(ulong address, int level, ulong upper = P | W | U)
    {
        ulong table = root;
        for (int at = levels; ; at--)
        {
            ulong place = table + 8 * (address / Span(at) % 512);
            if (at == level)
                return place;
            if (Read(place) == 0)
            {
                Write(place, _free | upper);
                _free += 0x1000;
            }

            table = Read(place) & 0xF_FFFF_F000; // below 64 GiB, whatever other bits say
        }
    }

    /// <summary>Writes the last entry for an address.</summary>
    public ulong Map(ulong address, ulong entry, int level = 1, ulong upper = P | W | U)
    {
        ulong place = Place(address, level, upper);
        Write(place, entry);
        return place;
    }

    public ulong Read(ulong place) => memory.Read<ulong>(PhysAddr.Create(place));

    public void Write(ulong place, ulong entry) => memory.Write(PhysAddr.Create(place), entry);

    public static ulong Span(int level) => level switch
    {
        1 => 0x1000,
        2 => 0x20_0000,
        3 => 0x4000_0000,
        4 => 0x80_0000_0000,
        5 => 0x1_0000_0000_0000,
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
