using System.Collections.Generic;
using System.Linq;
using KernelMem.Layouts;

namespace KernelMem.Tests.Paging;

/// <summary>A row of a table of the manual: a field, by the manual's name, and the property that should show it.</summary>
/// <param name="Name">As the manual calls it.</param>
/// <param name="Property">As the library calls it.</param>
/// <param name="High">The highest bit.</param>
/// <param name="Low">The lowest bit.</param>
/// <param name="IsAddress">The bits are those of an address, in place.</param>
public sealed record ManualRow(string Name, string Property, int High, int Low, bool IsAddress = false)
{
    /// <summary>The processor sets it, and ignores what is written.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The processor ignores it for good: it is for software.</summary>
    public bool IsIgnored { get; init; }

    /// <summary>The only values that mean something, if not all do.</summary>
    public IReadOnlyList<ulong>? Defined { get; init; }

    /// <summary>A flag.</summary>
    public bool IsFlag => High == Low;
}

/// <summary>Bits that must not be as given all at once.</summary>
/// <param name="Set">Those that are 1.</param>
/// <param name="Clear">Those that are 0.</param>
public sealed record ManualContradiction(int Set, int Clear);

/// <summary>A table of the manual.</summary>
/// <param name="Type">The type that should follow it.</param>
/// <param name="Source">Where it is in the manual.</param>
/// <param name="Rows">Its fields.</param>
public sealed record ManualTable(string Type, string Source, IReadOnlyList<ManualRow> Rows)
{
    /// <summary>The width of the word in bits.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Bits that must be 0.</summary>
    public IReadOnlyList<int> Zeros { get; init; } = [];

    /// <summary>Bits that must be 0, because the entry would be another with a 1.</summary>
    public IReadOnlyList<int> OtherwiseAnother { get; init; } = [];

    /// <summary>Bits that must be 1.</summary>
    public IReadOnlyList<int> Ones { get; init; } = [];

    /// <summary>What faults although no bit of it is reserved.</summary>
    public IReadOnlyList<ManualContradiction> Contradictions { get; init; } = [];

    /// <summary>What the register has after a reset, of the bits that the library starts with.</summary>
    public ulong Reset { get; init; }

    /// <summary>The level of the table that holds the entry, counted from the leaf; 0 for what is no entry.</summary>
    public int Level { get; init; }

    public override string ToString() => Type;
}

/// <summary>
/// The formats of paging entries and registers, typed in from the Intel SDM Vol. 3A (AMD64 APM Vol. 2 for AMD's bits). Written
/// apart from the library: nothing here uses its layouts, and the numbers come from the manual alone.
/// </summary>
public static class Manual
{
    /// <summary>Table 11-10: 2 and 3 are reserved.</summary>
    private static readonly ulong[] s_memoryTypes = [0, 1, 4, 5, 6, 7];

    /// <summary>Bits that mean the same in every entry.</summary>
    private static readonly ManualRow[] s_everyEntry =
    [
        new("P", "Present", 0, 0),
        new("R/W", "Writable", 1, 1),
        new("U/S", "User", 2, 2),
        new("PWT", "WriteThrough", 3, 3),
        new("PCD", "CacheDisable", 4, 4),
        new("A", "Accessed", 5, 5),
        new("XD", "NoExecute", 63, 63),
        new("Ignored 11:9", "Available", 11, 9) { IsIgnored = true },
    ];

    /// <summary>Bits that mean the same in every entry that maps a page.</summary>
    private static readonly ManualRow[] s_everyPage =
    [
        .. s_everyEntry,
        new("D", "Dirty", 6, 6),
        new("G", "Global", 8, 8),
        new("Ignored 58:52", "AvailableHigh", 58, 52) { IsIgnored = true },
        new("Protection key", "ProtectionKey", 62, 59),
    ];

    /// <summary>Bits that mean the same in every entry that references a table.</summary>
    private static readonly ManualRow[] s_everyReference =
    [
        .. s_everyEntry,
        new("Ignored 62:52", "AvailableHigh", 62, 52) { IsIgnored = true },
        new("Physical address of 4-KByte aligned table", "Table", 51, 12, IsAddress: true),
    ];

    public static IReadOnlyList<ManualTable> Tables { get; } =
    [
        new("Pml5Entry", "Table 4-14", s_everyReference) { Zeros = [7], Level = 5 },
        new("Pml4Entry", "Table 4-15", s_everyReference) { Zeros = [7], Level = 4 },
        new("PdptPageEntry", "Table 4-16", [.. s_everyPage, new("PAT", "Pat", 12, 12), new("Physical address of the 1-GByte page", "Frame", 51, 30, IsAddress: true)])
        {
            Zeros = [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
            Ones = [7],
            Level = 3,
        },
        new("PdptEntry", "Table 4-17", s_everyReference) { OtherwiseAnother = [7], Level = 3 },
        new("PdPageEntry", "Table 4-18", [.. s_everyPage, new("PAT", "Pat", 12, 12), new("Physical address of the 2-MByte page", "Frame", 51, 21, IsAddress: true)])
        {
            Zeros = [13, 14, 15, 16, 17, 18, 19, 20],
            Ones = [7],
            Level = 2,
        },
        new("PdEntry", "Table 4-19", s_everyReference) { OtherwiseAnother = [7], Level = 2 },
        new("PtEntry", "Table 4-20", [.. s_everyPage, new("PAT", "Pat", 7, 7), new("Physical address of the 4-KByte page", "Frame", 51, 12, IsAddress: true)]) { Level = 1 },
        new("PdptAnyEntry", "§4.5", [new("P", "Present", 0, 0), new("PS", "PageSize", 7, 7)]) { Level = 3 },
        new("PdAnyEntry", "§4.5", [new("P", "Present", 0, 0), new("PS", "PageSize", 7, 7)]) { Level = 2 },
        new("Cr3", "Table 4-12",
        [
            new("PWT", "WriteThrough", 3, 3),
            new("PCD", "CacheDisable", 4, 4),
            new("Physical address of the table", "Root", 51, 12, IsAddress: true),
            new("LAM_U57", "LamU57", 61, 61),
            new("LAM_U48", "LamU48", 62, 62),
        ])
        {
            Zeros = [52, 53, 54, 55, 56, 57, 58, 59, 60, 63],
        },
        new("Cr3Pcid", "Table 4-13",
        [
            new("PCID", "Pcid", 11, 0),
            new("Physical address of the table", "Root", 51, 12, IsAddress: true),
            new("LAM_U57", "LamU57", 61, 61),
            new("LAM_U48", "LamU48", 62, 62),
            new("NoFlush", "NoFlush", 63, 63),
        ])
        {
            Zeros = [52, 53, 54, 55, 56, 57, 58, 59, 60],
        },
        new("Cr0", "§2.5",
        [
            new("PE", "Pe", 0, 0), new("MP", "Mp", 1, 1), new("EM", "Em", 2, 2), new("TS", "Ts", 3, 3), new("ET", "Et", 4, 4), new("NE", "Ne", 5, 5),
            new("WP", "Wp", 16, 16), new("AM", "Am", 18, 18), new("NW", "Nw", 29, 29), new("CD", "Cd", 30, 30), new("PG", "Pg", 31, 31),
        ])
        {
            Zeros = Range(32, 63),
            Contradictions = [new(Set: 31, Clear: 0), new(Set: 29, Clear: 30)],
            Reset = 0x10,
        },
        new("Cr4", "§2.5",
        [
            new("VME", "Vme", 0, 0), new("PVI", "Pvi", 1, 1), new("TSD", "Tsd", 2, 2), new("DE", "De", 3, 3), new("PSE", "Pse", 4, 4),
            new("PAE", "Pae", 5, 5), new("MCE", "Mce", 6, 6), new("PGE", "Pge", 7, 7), new("PCE", "Pce", 8, 8), new("OSFXSR", "Osfxsr", 9, 9),
            new("OSXMMEXCPT", "Osxmmexcpt", 10, 10), new("UMIP", "Umip", 11, 11), new("LA57", "La57", 12, 12), new("VMXE", "Vmxe", 13, 13),
            new("SMXE", "Smxe", 14, 14), new("FSGSBASE", "Fsgsbase", 16, 16), new("PCIDE", "Pcide", 17, 17), new("OSXSAVE", "Osxsave", 18, 18),
            new("KL", "Kl", 19, 19), new("SMEP", "Smep", 20, 20), new("SMAP", "Smap", 21, 21), new("PKE", "Pke", 22, 22), new("CET", "Cet", 23, 23),
            new("PKS", "Pks", 24, 24), new("UINTR", "Uintr", 25, 25), new("LASS", "Lass", 27, 27), new("LAM_SUP", "LamSup", 28, 28),
            new("FRED", "Fred", 32, 32),
        ])
        {
            Zeros = [15, 26, 29, 30, 31, .. Range(33, 63)],
        },
        new("Efer", "§2.2.1, APM §3.1.7",
        [
            new("SCE", "Sce", 0, 0), new("LME", "Lme", 8, 8), new("LMA", "Lma", 10, 10) { IsReadOnly = true }, new("NXE", "Nxe", 11, 11), new("SVME", "Svme", 12, 12),
            new("LMSLE", "Lmsle", 13, 13), new("FFXSR", "Ffxsr", 14, 14), new("TCE", "Tce", 15, 15), new("MCOMMIT", "Mcommit", 17, 17),
            new("INTWB", "Intwb", 18, 18), new("UAIE", "Uaie", 20, 20), new("AIBRSE", "Aibrse", 21, 21),
        ])
        {
            Zeros = [.. Range(1, 7), 9, 16, 19, .. Range(22, 63)],
        },
        new("PageFaultErrorCode", "§4.7, APM §8.4.2",
        [
            new("P", "ProtectionViolation", 0, 0), new("W/R", "Write", 1, 1), new("U/S", "User", 2, 2), new("RSVD", "ReservedBit", 3, 3),
            new("I/D", "InstructionFetch", 4, 4), new("PK", "ProtectionKey", 5, 5), new("SS", "ShadowStack", 6, 6), new("HLAT", "Hlat", 7, 7),
            new("SGX", "Sgx", 15, 15), new("RMP", "Rmp", 31, 31),
        ])
        {
            Width = 32,
            Zeros = [.. Range(8, 14), .. Range(16, 30)],
            Contradictions = [new(Set: 3, Clear: 0)],
        },
        new("Pat", "§11.12.2",
        [
            new("PA0", "Type0", 2, 0) { Defined = s_memoryTypes }, new("PA1", "Type1", 10, 8) { Defined = s_memoryTypes },
            new("PA2", "Type2", 18, 16) { Defined = s_memoryTypes }, new("PA3", "Type3", 26, 24) { Defined = s_memoryTypes },
            new("PA4", "Type4", 34, 32) { Defined = s_memoryTypes }, new("PA5", "Type5", 42, 40) { Defined = s_memoryTypes },
            new("PA6", "Type6", 50, 48) { Defined = s_memoryTypes }, new("PA7", "Type7", 58, 56) { Defined = s_memoryTypes },
        ])
        {
            Zeros =
            [
                .. Range(3, 7), .. Range(11, 15), .. Range(19, 23), .. Range(27, 31), .. Range(35, 39), .. Range(43, 47), .. Range(51, 55),
                .. Range(59, 63),
            ],
            Reset = 0x0007_0406_0007_0406,
        },
    ];

    /// <summary>What a field holds, one bit at a time.</summary>
    public static ulong Read(ulong word, ManualRow row)
    {
        ulong value = 0;
        for (int bit = row.High; bit >= row.Low; bit--)
        {
            value = (value * 2) + BitOf(word, bit);
        }

        for (int bit = 0; row.IsAddress && bit < row.Low; bit++)
        {
            value *= 2;
        }

        return value;
    }

    /// <summary>The word with a field replaced, one bit at a time.</summary>
    public static ulong Write(ulong word, ManualRow row, ulong value)
    {
        for (int bit = row.Low; bit <= row.High; bit++)
        {
            ulong wanted = BitOf(value, row.IsAddress ? bit : bit - row.Low);
            if (wanted > BitOf(word, bit))
                word += PowerOfTwo(bit);
            else if (wanted < BitOf(word, bit))
                word -= PowerOfTwo(bit);
        }

        return word;
    }

    /// <summary>The bits that are not as the table demands.</summary>
    public static ulong Invalid(ulong word, ManualTable table)
    {
        ulong invalid = 0;
        foreach (int bit in table.Zeros.Concat(table.OtherwiseAnother))
        {
            invalid += BitOf(word, bit) * PowerOfTwo(bit);
        }

        foreach (int bit in table.Ones)
        {
            invalid += (1 - BitOf(word, bit)) * PowerOfTwo(bit);
        }

        return invalid;
    }

    /// <summary>What the processor, or the manual, would object to first.</summary>
    public static LayoutViolation Judge(ulong word, ManualTable table)
    {
        ulong zeros = Invalid(word, table with { Ones = [], OtherwiseAnother = [] });
        if (zeros != 0)
            return LayoutViolation.Reserved(zeros);

        ulong ones = Invalid(word, table with { Zeros = [] });
        if (ones != 0)
            return LayoutViolation.Fixed(ones);

        foreach (ManualRow row in table.Rows)
        {
            if (row.Defined is { } defined && !defined.Contains(Read(word, row)))
                return LayoutViolation.Undefined(Write(0, row, ulong.MaxValue));
        }

        for (int index = 0; index < table.Contradictions.Count; index++)
        {
            ManualContradiction contradiction = table.Contradictions[index];
            if (BitOf(word, contradiction.Set) == 1 && BitOf(word, contradiction.Clear) == 0)
                return LayoutViolation.Forbidden(index + 1, PowerOfTwo(contradiction.Set) + PowerOfTwo(contradiction.Clear));
        }

        return default;
    }

    /// <summary>The bits of addresses that a processor with addresses of this width does not have.</summary>
    public static ulong BeyondWidth(ulong word, ManualTable table, int width)
    {
        ulong beyond = 0;
        foreach (ManualRow row in table.Rows)
        {
            for (int bit = row.Low; row.IsAddress && bit <= row.High; bit++)
            {
                if (bit >= width)
                    beyond += BitOf(word, bit) * PowerOfTwo(bit);
            }
        }

        return beyond;
    }

    private static ulong BitOf(ulong word, int bit) => word / PowerOfTwo(bit) % 2;

    private static ulong PowerOfTwo(int exponent)
    {
        ulong power = 1;
        for (int step = 0; step < exponent; step++)
        {
            power *= 2;
        }

        return power;
    }

    private static int[] Range(int first, int last)
    {
        int[] bits = new int[last - first + 1];
        for (int index = 0; index < bits.Length; index++)
        {
            bits[index] = first + index;
        }

        return bits;
    }
}
