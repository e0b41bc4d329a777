using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>
/// Turns what a page is for into the bits of a level, and back. With <see cref="EntryMark"/> and <see cref="PathRights"/>, the place of
/// the library that knows which bit says what.
/// </summary>
/// <remarks>
/// P, R/W, U/S, PWT, PCD, A and XD are in the same places in the entries of all levels; D, G and the protection key in all that map
/// pages (Intel SDM Vol. 3A Figure 4-11). What differs is PAT: bit 7 in a page-table entry, bit 12 where PS takes bit 7.
/// </remarks>
internal static class EntryCodec
{
    public const ulong Present = PtEntry.PresentMask;

    /// <summary>Accessed and dirty.</summary>
    public const ulong Used = PtEntry.AccessedMask | PtEntry.DirtyMask;

    /// <summary>PS, in entries of the levels that may map large pages.</summary>
    public const ulong PageSize = PdAnyEntry.PageSizeMask;

    private const ulong Address = PdEntry.TableMask;
    private const int WriteThroughBit = 1;
    private const int CacheDisableBit = 2;
    private const int PatBit = 4;

    /// <summary>The bits that say what a page of a level is for: the entry that maps it, without the address.</summary>
    public static ulong PageBits(PageTableLevel level, Protection protection, in EntryFormat format)
    {
        int cache = (int)protection.Cache;
        PtEntry common = PtEntry.Initial
            .WithPresent(true)
            .WithWritable(protection.IsWritable)
            .WithUser(protection.IsUser)
            .WithNoExecute(!protection.IsExecutable)
            .WithWriteThrough((cache & WriteThroughBit) != 0)
            .WithCacheDisable((cache & CacheDisableBit) != 0)
            .WithGlobal(protection.IsGlobal)
            .WithProtectionKey((byte)protection.Key);
        ulong bits = common.Value;
        bits |= EntryMark.Ours;
        if ((cache & PatBit) != 0)
            bits |= level == PageTableLevel.Pt ? PtEntry.PatMask : PdPageEntry.PatMask;
        if (level != PageTableLevel.Pt)
            bits |= PageSize;
        if (protection.IsEncrypted)
            bits |= format.EncryptionMask;
        return protection.IsTracked ? bits : bits | Used | EntryMark.Untracked;
    }

    /// <summary>An entry that maps a page, with other bits of <see cref="PageBits"/>. Address and, if set, accessed and dirty stay.</summary>
    public static ulong Reprotect(PageTableLevel level, ulong entry, ulong bits, in EntryFormat format) =>
        (entry & Kept(level, format)) | (bits & ~EntryMark.Ours);

    /// <summary>What stays of an entry of a level when its protection changes: the address, accessed and dirty, and what was recorded.</summary>
    public static ulong Kept(PageTableLevel level, in EntryFormat format) =>
        (AddressMask(level) & ~format.EncryptionMask) | Used | EntryMark.Ours | (level == PageTableLevel.Pt ? 0 : EntryMark.Promoted);

    /// <summary>The entry that references a table.</summary>
    public static ulong EncodeTable(Frame table, PathRights rights, in EntryFormat format) =>
        Present | table.Start.Value | format.EncryptionMask | rights.EntryBits;

    /// <summary>What an entry of a level is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EntryKind KindOf(PageTableLevel level, ulong entry)
    {
        if ((entry & Present) == 0)
            return EntryKind.Absent;
        bool isPage = level == PageTableLevel.Pt || (level <= PageTableLevel.Pdpt && (entry & PageSize) != 0);
        return isPage ? EntryKind.Page : EntryKind.Table;
    }

    /// <summary>The bits of which P alone is set in an entry that references a table, and has no reserved bit set.</summary>
    public static ulong SoundTableMask(ulong reserved) => Present | PageSize | reserved;

    /// <summary>
    /// Which bits must be clear in an entry that maps a page of a level. Where there are no pages of 1 GiB, PS is one of them, so that there is
    /// no such entry.
    /// </summary>
    public static ulong ReservedOfPage(PageTableLevel level, in EntryFormat format)
    {
        if (level == PageTableLevel.Pt)
            return format.Reserved;
        ulong low = Address & ~AddressMask(level) & ~PdPageEntry.PatMask & ~format.EncryptionMask;
        bool has = level == PageTableLevel.Pd || format.HasGigabytePages;
        return format.Reserved | low | (has ? 0 : PageSize);
    }

    /// <summary>Whether no reserved bit of a present entry is set. The processor faults on one.</summary>
    public static bool IsValid(PageTableLevel level, EntryKind kind, ulong entry, in EntryFormat format)
    {
        if (kind == EntryKind.Page)
            return (entry & ReservedOfPage(level, format)) == 0;
        ulong reserved = format.Reserved | (level >= PageTableLevel.Pml4 ? PageSize : 0);
        return (entry & reserved) == 0;
    }

    /// <summary>Where the table is that an entry references.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TableOf(ulong entry, ulong encryption) => entry & Address & ~encryption;

    /// <summary>Where the page begins that an entry of a level maps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhysAddr FrameOf(PageTableLevel level, ulong entry, in EntryFormat format) =>
        PhysAddr.CreateUnchecked(entry & AddressMask(level) & ~format.EncryptionMask);

    /// <summary>The entries that map the parts of a larger page: same rights, cache type and history.</summary>
    /// <param name="level">The level of the larger page.</param>
    /// <param name="entry">The entry that maps it.</param>
    /// <returns>The entry of the first part; the others differ in the address only.</returns>
    public static ulong Split(PageTableLevel level, ulong entry)
    {
        entry &= ~EntryMark.Promoted; // flushes of small pages drop small translations
        if (level != PageTableLevel.Pd)
            return entry;
        bool pat = (entry & PdPageEntry.PatMask) != 0;
        return (entry & ~(PageSize | PdPageEntry.PatMask)) | (pat ? PtEntry.PatMask : 0);
    }

    /// <summary>The entry that maps a larger page whose first part an entry maps: the inverse of <see cref="Split"/>.</summary>
    /// <param name="level">The level of the larger page.</param>
    /// <param name="entry">The entry of its first part.</param>
    public static ulong Join(PageTableLevel level, ulong entry)
    {
        if (level != PageTableLevel.Pd)
            return entry;
        bool pat = (entry & PtEntry.PatMask) != 0;
        return (entry & ~PtEntry.PatMask) | PageSize | (pat ? PdPageEntry.PatMask : 0);
    }

    /// <summary>What a page is for, as its entry and what the levels above let through say.</summary>
    public static Protection DecodeProtection(PageTableLevel level, ulong entry, PathRights path, in EntryFormat format)
    {
        PtEntry common = PtEntry.FromRaw(entry);
        PathRights rights = path.And(entry);
        PageAccess access = PageAccess.Read;
        if (rights.Writable)
            access |= PageAccess.Write;
        if (rights.Executable)
            access |= PageAccess.Execute;

        bool pat = (entry & (level == PageTableLevel.Pt ? PtEntry.PatMask : PdPageEntry.PatMask)) != 0;
        int index = (common.WriteThrough ? WriteThroughBit : 0) | (common.CacheDisable ? CacheDisableBit : 0) | (pat ? PatBit : 0);
        return Protection.Create(access, rights.User, CacheOf(index, format.HasPat))
            .WithGlobal(common.Global)
            .WithKey(format.HasProtectionKeys ? common.ProtectionKey : 0)
            .WithEncryption((entry & format.EncryptionMask) != 0)
            .WithTracking((entry & EntryMark.Untracked) == 0);
    }

    // Index 2, and 6 too, is UC-, which only a memory-type range register tells from UC. After reset, 4 to 7 repeat 0 to 3.
    private static CacheType CacheOf(int index, bool programmed) => index switch
    {
        0 => CacheType.WriteBack,
        1 => CacheType.WriteThrough,
        4 => programmed ? CacheType.WriteProtected : CacheType.WriteBack,
        5 => programmed ? CacheType.WriteCombining : CacheType.WriteThrough,
        _ => CacheType.Uncacheable,
    };

    // Bits 51:12, 51:21 or 51:30.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddressMask(PageTableLevel level) => Address & ~(level.EntrySpan() - 1);
}
