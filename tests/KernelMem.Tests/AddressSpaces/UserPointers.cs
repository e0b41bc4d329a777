using System.Collections.Generic;
using System.Numerics;
using System.Runtime.InteropServices;
using KernelMem.AddressSpaces;
using KernelMem.Tests.Addresses;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>What is true of a program's pointers by arithmetic without bounds, and numbers near which mistakes show.</summary>
internal static class UserPointers
{
    public static readonly BigInteger Space = BigInteger.Pow(2, 64);

    // The user range of the standard layout, as documented.
    private static readonly BigInteger UserStart = 0x1000_0000;
    private static readonly BigInteger UserEnd = 0x8000_0000;

    public static List<ulong> Addresses { get; } = Near([0, 0x1000_0000, 0x8000_0000, 0x4444_4444_0000], AddressOracle.EdgeAddresses(reach: 3, unit: 1));

    public static List<ulong> Counts { get; } = Near(
        [0, 0x7000_0000, 0x7000_0000 / 4, 0x7000_0000 / 12, 0x7000_0000 / 16, ulong.MaxValue / 4, ulong.MaxValue / 12, ulong.MaxValue / 16], [ulong.MaxValue, 1UL << 63]);

    /// <summary>What a check must say, and of which bytes.</summary>
    public static (UserMemoryError Error, ulong Start, ulong Length) Check(ulong address, ulong count, int size, int alignment, UserAlignment demand)
    {
        BigInteger bytes = new BigInteger(count) * size;
        if (bytes == 0)
            return (UserMemoryError.None, 0, 0);
        if (bytes >= Space)
            return (UserMemoryError.TooLong, 0, 0);
        if (address < UserStart || address + bytes > UserEnd)
            return (UserMemoryError.OutsideUserRange, 0, 0);
        return demand == UserAlignment.Natural && address % (ulong)alignment != 0
            ? (UserMemoryError.Misaligned, 0, 0)
            : (UserMemoryError.None, address, (ulong)bytes);
    }

    /// <summary>The sum, if 64 bits hold it.</summary>
    public static ulong? Add(ulong address, ulong count, int size)
    {
        BigInteger sum = address + (new BigInteger(count) * size);
        return sum < Space ? (ulong)sum : null;
    }

    private static List<ulong> Near(ulong[] edges, IEnumerable<ulong> more)
    {
        SortedSet<ulong> numbers = [.. more];
        foreach (ulong edge in edges)
        {
            for (int distance = -17; distance <= 17; distance++)
                numbers.Add(unchecked(edge + (ulong)distance));
        }

        return [.. numbers];
    }

    /// <summary>Twelve bytes, aligned to four.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Triple
    {
        public uint First;
        public ushort Second;
        public uint Third;
    }

    /// <summary>Nine bytes without alignment.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct Packed
    {
        public byte First;
        public ulong Second;
    }
}
