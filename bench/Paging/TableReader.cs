using KernelMem.Addresses;

namespace Benchmarks;

/// <summary>
/// Reads tables as a processor does (Intel SDM Vol. 3A §4.5), and compares with what should be there. It shares no code with what it judges.
/// </summary>
internal readonly unsafe struct TableReader(byte* physicalZero, ulong root)
{
    private const int RootShift = 39;
    private const int LastShift = 12;
    private const int IndexBits = 9;
    private const ulong Present = 1 << 0;
    private const ulong Writable = 1 << 1;
    private const ulong User = 1 << 2;
    private const ulong PageSize = 1 << 7;
    private const ulong NoExecute = 1UL << 63;
    private const ulong AddressBits = 0x000F_FFFF_FFFF_F000;

    /// <summary>Whether every page shows its frame, to the kernel, for reading, or writing too, and not for execution.</summary>
    public bool Shows<TSize>(in Work work, bool writable)
        where TSize : unmanaged, IPageSize
    {
        ulong expected = writable ? Writable : 0;
        for (uint i = 0; i < work.Pages; i++)
        {
            ulong offset = i * TSize.Bytes;
            if (!TryWalk(work.Virtual + offset, out ulong physical, out int shift, out ulong rights))
                return false;
            if (physical != work.Physical + offset || shift != TSize.Shift || rights != expected)
                return false;
        }

        return true;
    }

    /// <summary>Whether no page shows anything.</summary>
    public bool ShowsNothing<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        for (uint i = 0; i < work.Pages; i++)
        {
            if (TryWalk(work.Virtual + (i * TSize.Bytes), out _, out _, out _))
                return false;
        }

        return true;
    }

    // Rights: R/W and U/S as all levels grant them, and 1 in bit 63 where all allow execution.
    private bool TryWalk(ulong address, out ulong physical, out int shift, out ulong rights)
    {
        physical = root;
        rights = Writable | User | NoExecute;
        for (shift = RootShift; shift >= LastShift; shift -= IndexBits)
        {
            // SAFETY: the bench's tables lie in memory that begins at or above physicalZero.
            ulong entry = ((ulong*)(physicalZero + physical))[(address >> shift) & 511];
            if ((entry & Present) == 0)
                return false;
            rights &= entry ^ NoExecute;
            bool isPage = shift == LastShift || (entry & PageSize) != 0;
            physical = entry & AddressBits;
            if (isPage)
            {
                physical &= ~((1UL << shift) - 1);
                physical |= address & ((1UL << shift) - 1);
                return true;
            }
        }

        return false;
    }
}
