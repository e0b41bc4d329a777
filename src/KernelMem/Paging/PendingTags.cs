using System.Numerics;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>
/// Numbers that tell the records of one unmapped range from those of another. They stand in bits 58:52 of a record, so there are 128 for
/// each mapper.
/// </summary>
internal static class PendingTags
{
    private const int Half = 64;
    private const ulong Lowest = PtEntry.AvailableHighMask & (~PtEntry.AvailableHighMask + 1UL);

    /// <summary>The bits of a record in which the tag stands.</summary>
    public const ulong Mask = PtEntry.AvailableHighMask;

    /// <summary>A tag as it stands in a record.</summary>
    public static ulong BitsOf(int tag) => (ulong)tag * Lowest;

    /// <summary>Takes a tag that no pending range has.</summary>
    /// <returns>False when all are taken.</returns>
    public static bool TryTake(ref ulong low, ref ulong high, out int tag)
    {
        tag = TakeFrom(ref low);
        if (tag >= 0)
            return true;
        tag = TakeFrom(ref high) + Half;
        return tag >= Half;
    }

    /// <summary>Whether more than one tag is taken.</summary>
    public static bool AreSeveral(in ulong low, in ulong high)
    {
        ulong first = Atomic.Load(in low);
        ulong second = Atomic.Load(in high);
        return (first != 0 && second != 0) || (first & (first - 1)) != 0 || (second & (second - 1)) != 0;
    }

    /// <summary>Gives a tag back.</summary>
    public static void Return(ref ulong low, ref ulong high, int tag)
    {
        if (tag < Half)
            Atomic.FetchAnd(ref low, ~(1UL << tag));
        else
            Atomic.FetchAnd(ref high, ~(1UL << (tag - Half)));
    }

    private static int TakeFrom(ref ulong tags)
    {
        while (true)
        {
            ulong taken = Atomic.Load(in tags);
            if (taken == ulong.MaxValue)
                return -1;
            int tag = BitOperations.TrailingZeroCount(~taken);
            if (Atomic.TryCompareExchange(ref tags, taken, taken | (1UL << tag)))
                return tag;
        }
    }
}
