using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>
/// Turns what a page is for into the bits of a level, and back. The one place of the library that knows which bit says what.
/// </summary>
internal static class EntryCodec
{
    /// <summary>The entry that maps a page at a level.</summary>
    public static ulong EncodePage(PageTableLevel level, PhysAddr frame, Protection protection) => level switch
    {
        PageTableLevel.Pt => Encode(PtEntry.Initial.WithPresent(true).WithFrame(Frame.Create(frame)), protection),
        PageTableLevel.Pd => Encode(PdPageEntry.Initial.WithPresent(true).WithFrame(Frame<Size2MiB>.Create(frame)), protection),
        _ => Encode(PdptPageEntry.Initial.WithPresent(true).WithFrame(Frame<Size1GiB>.Create(frame)), protection),
    };

    /// <summary>An entry that maps a page, with another protection; everything else, accessed and dirty included, stays.</summary>
    public static ulong Reprotect(PageTableLevel level, ulong entry, Protection protection) => level switch
    {
        PageTableLevel.Pt => Encode(PtEntry.FromRaw(entry), protection),
        PageTableLevel.Pd => Encode(PdPageEntry.FromRaw(entry), protection),
        _ => Encode(PdptPageEntry.FromRaw(entry), protection),
    };

    /// <summary>
    /// The entry that references a table. It allows everything but, where no program lives, user accesses: the last level alone
    /// decides about the rest.
    /// </summary>
    public static ulong EncodeTable(PageTableLevel level, Frame table, bool user) => level switch
    {
        PageTableLevel.Pd => PdEntry.Initial.WithPresent(true).WithWritable(true).WithUser(user).WithTable(table).Value,
        PageTableLevel.Pdpt => PdptEntry.Initial.WithPresent(true).WithWritable(true).WithUser(user).WithTable(table).Value,
        PageTableLevel.Pml4 => Pml4Entry.Initial.WithPresent(true).WithWritable(true).WithUser(user).WithTable(table).Value,
        _ => Pml5Entry.Initial.WithPresent(true).WithWritable(true).WithUser(user).WithTable(table).Value,
    };

    /// <summary>What an entry of a level is.</summary>
    public static EntryKind KindOf(PageTableLevel level, ulong entry) => level switch
    {
        PageTableLevel.Pt => PtEntry.FromRaw(entry).Present ? EntryKind.Page : EntryKind.Absent,
        PageTableLevel.Pd => PdSlot.FromRaw(entry).Kind,
        PageTableLevel.Pdpt => PdptSlot.FromRaw(entry).Kind,
        _ => Pml4Entry.FromRaw(entry).Present ? EntryKind.Table : EntryKind.Absent, // P is bit 0 of a PML5 entry too
    };

    /// <summary>Whether no reserved bit of a present entry is set. The processor faults on one.</summary>
    public static bool IsValid(PageTableLevel level, EntryKind kind, ulong entry) => level switch
    {
        PageTableLevel.Pt => true,
        PageTableLevel.Pd => kind == EntryKind.Table || PdPageEntry.FromRaw(entry).IsValid,
        PageTableLevel.Pdpt => kind == EntryKind.Table || PdptPageEntry.FromRaw(entry).IsValid,
        PageTableLevel.Pml4 => Pml4Entry.FromRaw(entry).IsValid,
        _ => Pml5Entry.FromRaw(entry).IsValid,
    };

    /// <summary>The table that an entry references.</summary>
    public static Frame TableOf(PageTableLevel level, ulong entry) => level switch
    {
        PageTableLevel.Pd => PdEntry.FromRaw(entry).Table,
        PageTableLevel.Pdpt => PdptEntry.FromRaw(entry).Table,
        PageTableLevel.Pml4 => Pml4Entry.FromRaw(entry).Table,
        _ => Pml5Entry.FromRaw(entry).Table,
    };

    /// <summary>What an entry that references a table lets through.</summary>
    public static PathRights RightsOf(PageTableLevel level, ulong entry)
    {
        if (level == PageTableLevel.Pd)
        {
            PdEntry pd = PdEntry.FromRaw(entry);
            return new PathRights(pd.Writable, pd.User, !pd.NoExecute);
        }

        if (level == PageTableLevel.Pdpt)
        {
            PdptEntry pdpt = PdptEntry.FromRaw(entry);
            return new PathRights(pdpt.Writable, pdpt.User, !pdpt.NoExecute);
        }

        if (level == PageTableLevel.Pml4)
        {
            Pml4Entry pml4 = Pml4Entry.FromRaw(entry);
            return new PathRights(pml4.Writable, pml4.User, !pml4.NoExecute);
        }

        Pml5Entry pml5 = Pml5Entry.FromRaw(entry);
        return new PathRights(pml5.Writable, pml5.User, !pml5.NoExecute);
    }

    /// <summary>What an entry that maps a page says, given what the levels above let through.</summary>
    /// <param name="level">The entry's level.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="path">What the levels above let through.</param>
    /// <param name="offset">The address's offset in the page, in bytes.</param>
    public static Translation Decode(PageTableLevel level, ulong entry, PathRights path, ulong offset)
    {
        if (level == PageTableLevel.Pt)
        {
            PtEntry pt = PtEntry.FromRaw(entry);
            Protection small = Decode(path.And(new PathRights(pt.Writable, pt.User, !pt.NoExecute)), pt.CacheDisable, pt.WriteThrough);
            return new Translation(PhysAddr.CreateUnchecked(pt.Frame.Start.Value + offset), level, small, pt.Accessed, pt.Dirty);
        }

        if (level == PageTableLevel.Pd)
        {
            PdPageEntry pd = PdPageEntry.FromRaw(entry);
            Protection large = Decode(path.And(new PathRights(pd.Writable, pd.User, !pd.NoExecute)), pd.CacheDisable, pd.WriteThrough);
            return new Translation(PhysAddr.CreateUnchecked(pd.Frame.Start.Value + offset), level, large, pd.Accessed, pd.Dirty);
        }

        PdptPageEntry pdpt = PdptPageEntry.FromRaw(entry);
        Protection huge = Decode(path.And(new PathRights(pdpt.Writable, pdpt.User, !pdpt.NoExecute)), pdpt.CacheDisable, pdpt.WriteThrough);
        return new Translation(PhysAddr.CreateUnchecked(pdpt.Frame.Start.Value + offset), level, huge, pdpt.Accessed, pdpt.Dirty);
    }

    private static ulong Encode(PtEntry entry, Protection protection) => entry
        .WithWritable(protection.IsWritable)
        .WithUser(protection.IsUser)
        .WithNoExecute(!protection.IsExecutable)
        .WithCacheDisable(IsCacheDisabled(protection))
        .WithWriteThrough(IsWriteThrough(protection))
        .Value;

    private static ulong Encode(PdPageEntry entry, Protection protection) => entry
        .WithWritable(protection.IsWritable)
        .WithUser(protection.IsUser)
        .WithNoExecute(!protection.IsExecutable)
        .WithCacheDisable(IsCacheDisabled(protection))
        .WithWriteThrough(IsWriteThrough(protection))
        .Value;

    private static ulong Encode(PdptPageEntry entry, Protection protection) => entry
        .WithWritable(protection.IsWritable)
        .WithUser(protection.IsUser)
        .WithNoExecute(!protection.IsExecutable)
        .WithCacheDisable(IsCacheDisabled(protection))
        .WithWriteThrough(IsWriteThrough(protection))
        .Value;

    // PCD and PWT are bits 1 and 0 of the index into IA32_PAT; the PAT bit, bit 2, stays clear (Intel SDM Vol. 3A §4.9.2).
    private static bool IsCacheDisabled(Protection protection) => ((int)protection.Cache & 2) != 0;

    private static bool IsWriteThrough(Protection protection) => ((int)protection.Cache & 1) != 0;

    private static Protection Decode(PathRights rights, bool cacheDisable, bool writeThrough)
    {
        PageAccess access = PageAccess.Read;
        if (rights.Writable)
            access |= PageAccess.Write;
        if (rights.Executable)
            access |= PageAccess.Execute;

        // Index 2 is UC-, which only a memory-type range register tells from UC.
        CacheType cache = cacheDisable ? CacheType.Uncacheable : writeThrough ? CacheType.WriteThrough : CacheType.WriteBack;
        return Protection.Create(access, rights.User, cache);
    }
}
