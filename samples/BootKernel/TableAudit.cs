namespace BootKernel;

/// <summary>
/// Walks the live tables as the processor would and counts what it finds. It is written from the manual (Intel SDM Vol. 3A,
/// section 4.5) with plain numbers: it must not share a mistake with the entries that built the tables.
/// </summary>
internal unsafe struct TableAudit
{
    private const ulong Present = 1UL << 0;
    private const ulong Writable = 1UL << 1;
    private const ulong User = 1UL << 2;
    private const ulong PageSize = 1UL << 7;
    private const ulong Global = 1UL << 8;
    private const ulong NoExecute = 1UL << 63;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    private const int LeafLevel = 1;

    public int SmallPages;
    public int LargePages;
    public int LowerHalfPages;
    public int WritableExecutablePages;
    public int UserPages;
    public int GlobalPages;
    public int GlobalLowerHalfPages;
    public bool HasWritableAliasOfCode;

    private ulong _root;
    private int _levels;

    public static TableAudit Run(ulong cr3, bool fiveLevels)
    {
        TableAudit audit = default;
        audit._root = cr3 & AddressMask;
        audit._levels = fiveLevels ? 5 : 4;
        audit.Walk(audit._root, audit._levels, rights: Writable, lowerHalf: false, top: true, visitAliases: false);
        audit.Walk(audit._root, audit._levels, rights: Writable, lowerHalf: false, top: true, visitAliases: true);
        return audit;
    }

    // Rights accumulate: writable only if every level says so, no-execute if any level says so. The user and global bits are looked at in
    // the last level alone: no page of this kernel should have the one, whatever the levels above say; and they have no other.
    private void Walk(ulong table, int level, ulong rights, bool lowerHalf, bool top, bool visitAliases)
    {
        // SAFETY: tables are frames of RAM, all of which the direct map holds.
        ulong* entries = (ulong*)(KernelLayout.DirectMap.Value + table);
        for (int index = 0; index < 512; index++)
        {
            ulong entry = entries[index];
            if ((entry & Present) == 0)
                continue;
            ulong effective = (rights & entry & Writable) | (entry & (User | Global)) | ((rights | entry) & NoExecute);
            bool low = top ? index < 256 : lowerHalf;
            bool leaf = level == LeafLevel || (level <= 3 && (entry & PageSize) != 0);
            if (!leaf)
                Walk(entry & AddressMask, level - 1, effective, low, top: false, visitAliases);
            else if (!visitAliases)
                Count(level, effective, low);
            else if ((effective & NoExecute) == 0 && IsMappedWritable(_root, _levels, Writable, entry & AddressMask))
                HasWritableAliasOfCode = true;
        }
    }

    private void Count(int level, ulong effective, bool low)
    {
        if (level == LeafLevel)
            SmallPages++;
        else
            LargePages++;
        if (low)
            LowerHalfPages++;
        if ((effective & User) != 0)
            UserPages++;
        if ((effective & Global) != 0)
            GlobalPages++;
        if ((effective & Global) != 0 && low)
            GlobalLowerHalfPages++;
        if ((effective & Writable) != 0 && (effective & NoExecute) == 0)
            WritableExecutablePages++;
    }

    private static bool IsMappedWritable(ulong table, int level, ulong rights, ulong frame)
    {
        // SAFETY: as above.
        ulong* entries = (ulong*)(KernelLayout.DirectMap.Value + table);
        for (int index = 0; index < 512; index++)
        {
            ulong entry = entries[index];
            ulong effective = rights & entry & Writable;
            if ((entry & Present) == 0 || effective == 0)
                continue;
            bool leaf = level == LeafLevel || (level <= 3 && (entry & PageSize) != 0);
            ulong size = 4096UL << (9 * (level - 1));
            ulong start = entry & AddressMask & ~(size - 1);
            if (leaf ? frame - start < size : IsMappedWritable(entry & AddressMask, level - 1, effective, frame))
                return true;
        }

        return false;
    }
}
