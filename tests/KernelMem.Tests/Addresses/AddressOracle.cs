using System.Collections.Generic;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Tests.Addresses;

/// <summary>
/// The address space by definition, in unbounded integers: the lower half is [0, 2^(w−1)), the upper half [2^64 − 2^(w−1), 2^64).
/// No masks, shifts or sign-extension, which is how the code it judges does it.
/// </summary>
internal static class AddressOracle
{
    public static readonly AddressWidth[] Widths = [AddressWidth.Bits48, AddressWidth.Bits57];

    private static readonly BigInteger Space = BigInteger.Pow(2, 64);

    public static int Bits(AddressWidth width) => width == AddressWidth.Bits48 ? 48 : 57;

    public static BigInteger Half(AddressWidth width) => BigInteger.Pow(2, Bits(width) - 1);

    public static bool IsCanonical(BigInteger value, AddressWidth width) =>
        (value >= 0 && value < Half(width)) || (value >= Space - Half(width) && value < Space);

    /// <summary>The canonical address <paramref name="count"/> units on (back, if negative), or null.</summary>
    public static ulong? Step(ulong address, BigInteger count, BigInteger unit, AddressWidth width)
    {
        if (!IsCanonical(address, width))
            return null;
        BigInteger position = Position(address, width) + (count * unit);
        if (position < 0 || position >= 2 * Half(width))
            return null;
        return (ulong)(position < Half(width) ? position : position + Hole(width));
    }

    /// <summary>How many units lie between two canonical addresses, or null.</summary>
    public static ulong? Steps(ulong start, ulong end, BigInteger unit, AddressWidth width)
    {
        if (!IsCanonical(start, width) || !IsCanonical(end, width) || start > end)
            return null;
        return (ulong)((Position(end, width) - Position(start, width)) / unit);
    }

    /// <summary>The exact sum, if it is an address of the width.</summary>
    public static ulong? Add(ulong address, BigInteger offset, AddressWidth width)
    {
        BigInteger sum = address + offset;
        return IsCanonical(address, width) && IsCanonical(sum, width) ? (ulong)sum : null;
    }

    public static BigInteger AlignUp(BigInteger value, BigInteger alignment) => (value + alignment - 1) / alignment * alignment;

    public static BigInteger AlignDown(BigInteger value, BigInteger alignment) => value / alignment * alignment;

    /// <summary>
    /// All multiples of <paramref name="unit"/> within <paramref name="reach"/> units of an edge of either hole, of zero, of the
    /// top, and of the middle of everything.
    /// </summary>
    public static List<ulong> EdgeAddresses(int reach, ulong unit)
    {
        var addresses = new SortedSet<ulong>();
        foreach (BigInteger edge in Edges())
        {
            for (int distance = -reach; distance <= reach; distance++)
            {
                BigInteger value = edge + (distance * new BigInteger(unit));
                if (value >= 0 && value < Space)
                    addresses.Add((ulong)value);
            }
        }

        return [.. addresses];
    }

    private static IEnumerable<BigInteger> Edges()
    {
        yield return 0;
        yield return Space / 2;
        yield return Space;
        foreach (AddressWidth width in Widths)
        {
            yield return Half(width);
            yield return Space - Half(width);
        }
    }

    private static BigInteger Hole(AddressWidth width) => Space - (2 * Half(width));

    private static BigInteger Position(ulong address, AddressWidth width) => address < Half(width) ? address : address - Hole(width);
}
