using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>What can be said of a request without looking at the tables.</summary>
internal static class MapperChecks
{
    // What one entry of a PML4 table spans: the unit in which the kernel's part is shared.
    public const ulong SlotBytes = 1UL << 39;

    /// <summary>Whether a page may be mapped so.</summary>
    public static MapError Page<TPlatform, TSize>(in MapperState<TPlatform> state, Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TPlatform : unmanaged, IPlatform
        where TSize : unmanaged, IPageSize
    {
        EntryFormat format = state.Tree.Format;
        MapError error = Protection(protection, format);
        if (error != MapError.None)
            return error;
        if (!page.IsCanonical(state.Tree.Width))
            return MapError.NotCanonical;
        VirtRange range = VirtRange.CreateUnchecked(page.Start, TSize.Bytes);
        error = Place(state.Layout, state.IsKernel, range, page.Start.Value == frame.Start.Value, protection);
        bool has = format.Holds(frame) && (TSize.Level != PageTableLevel.Pdpt || format.HasGigabytePages);
        return error == MapError.None && !has ? MapError.NotSupported : error;
    }

    /// <summary>Whether pages may be mapped, or be, all over a range.</summary>
    public static MapError Range<TPlatform>(in MapperState<TPlatform> state, VirtRange range, Protection protection, bool isIdentity)
        where TPlatform : unmanaged, IPlatform
    {
        MapError error = Protection(protection, state.Tree.Format);
        if (error == MapError.None)
            error = Range(state, range);
        return error == MapError.None && !range.IsEmpty ? Place(state.Layout, state.IsKernel, range, isIdentity, protection) : error;
    }

    /// <summary>Whether a range is one of whole pages that this mapper changes.</summary>
    public static MapError Range<TPlatform>(in MapperState<TPlatform> state, VirtRange range)
        where TPlatform : unmanaged, IPlatform
    {
        if (!range.Start.IsAligned(Size4KiB.Bytes) || range.Length % Size4KiB.Bytes != 0)
            return MapError.Misaligned;
        if (range.IsEmpty)
            return MapError.None;
        if (!range.IsCanonical(state.Tree.Width))
            return MapError.NotCanonical;
        return !state.IsKernel && OverlapsShared(state.Layout, range) ? MapError.SharedKernelRange : MapError.None;
    }

    /// <summary>Whether all of a canonical range is for such pages.</summary>
    public static MapError Place(in AddressLayout layout, bool isKernel, VirtRange range, bool isIdentity, Protection protection)
    {
        if (isKernel && range.Start >= AddressLayout.KernelHalf.Start && !protection.IsUser)
            return MapError.None;
        if (!isKernel && IsShared(layout, range.Start))
            return MapError.SharedKernelRange;

        bool whole = layout.TryGetArea(range, out AddressArea area);
        if (whole && area == AddressArea.User)
            return protection.IsUser ? MapError.None : MapError.KernelPageInUserRange;
        if (protection.IsUser)
            return MapError.UserPageOutsideUserRange;
        if (whole && area is (AddressArea.Kernel or AddressArea.KernelHeap))
            return MapError.None;
        if (whole && isIdentity && !range.Start.IsZero)
            return MapError.None;
        return area == AddressArea.NullGuard ? MapError.NullGuard : MapError.OutsideLayout;
    }

    /// <summary>Whether the processor can grant it, and the library does.</summary>
    public static MapError Protection(Protection protection, in EntryFormat format)
    {
        if (!protection.IsMappable)
            return MapError.InvalidProtection;
        if (protection.IsWritable && protection.IsExecutable)
            return MapError.WritableAndExecutable;
        bool has = (format.HasPat || protection.Cache < CacheType.WriteProtected)
            && (format.HasProtectionKeys || protection.Key == 0)
            && (format.HasEncryption || !protection.IsEncrypted);
        return has ? MapError.None : MapError.NotSupported;
    }

    /// <summary>Whether this mapper changes what is at an address.</summary>
    public static MapError Address<TPlatform>(in MapperState<TPlatform> state, VirtAddr address, bool isCanonical)
        where TPlatform : unmanaged, IPlatform
    {
        if (!isCanonical)
            return MapError.NotCanonical;
        return !state.IsKernel && IsShared(state.Layout, address) ? MapError.SharedKernelRange : MapError.None;
    }

    /// <summary>Whether an address lies in what every address space has in common: the kernel half, and the slots of the kernel heap.</summary>
    public static bool IsShared(in AddressLayout layout, VirtAddr address)
    {
        if (address >= AddressLayout.KernelHalf.Start)
            return true;
        VirtRange heap = layout.KernelHeap;
        ulong slot = address.Value / SlotBytes;
        return (slot >= heap.Start.Value / SlotBytes && slot <= heap.Last.Value / SlotBytes);
    }

    /// <summary>Whether some of a range lies there.</summary>
    public static bool OverlapsShared(in AddressLayout layout, VirtRange range)
    {
        VirtRange heap = layout.KernelHeap;
        bool meetsHeap = range.Start.Value / SlotBytes <= heap.Last.Value / SlotBytes && range.Last.Value / SlotBytes >= heap.Start.Value / SlotBytes;
        return meetsHeap || range.Last >= AddressLayout.KernelHalf.Start;
    }

    /// <summary>Whether the layout gives an address to the kernel: then a page there is the same in every address space.</summary>
    public static bool IsKernels(in AddressLayout layout, VirtAddr address) =>
        layout.AreaOf(address) is AddressArea.Kernel or AddressArea.KernelHeap;

    /// <summary>G for a page at an address that the layout gives to the kernel, if all of those are global; 0 for others, identity mappings among them.</summary>
    public static ulong GlobalBit<TPlatform>(in MapperState<TPlatform> state, VirtAddr address)
        where TPlatform : unmanaged, IPlatform =>
        state.KernelGlobal != 0 && IsKernels(state.Layout, address) ? state.KernelGlobal : 0;

    /// <summary>Whether a page of this protection may be anywhere in a range, wherever its frame is.</summary>
    public static bool IsUniform(in AddressLayout layout, VirtRange range, Protection protection) =>
        layout.TryGetArea(range, out AddressArea area)
        && (protection.IsUser ? area == AddressArea.User : area is AddressArea.Kernel or AddressArea.KernelHeap);

    /// <summary>
    /// What an entry that references a new table lets through: where programs live, what its first page needs; elsewhere everything but
    /// user mode. Everything, where it spans both (in the root of five levels), and among adopted tables, of which none is opened later.
    /// </summary>
    public static PathRights RightsOfTable<TPlatform>(in MapperState<TPlatform> state, PageTableLevel level, ulong address, PathRights needed)
        where TPlatform : unmanaged, IPlatform
    {
        if (level == PageTableLevel.Pml5)
            return address >= AddressLayout.KernelHalf.Start.Value ? PathRights.Kernel : PathRights.All;
        if (IsShared(state.Layout, VirtAddr.CreateUnchecked(address)))
            return PathRights.Kernel;
        return state.IsAdopted ? PathRights.All : needed;
    }

    /// <summary>Why the entry at which a walk ended is not what was looked for.</summary>
    public static MapFailure FailureAt(PageTableLevel level, PageTableLevel wanted, ulong address, ulong entry)
    {
        MapError error = EntryCodec.KindOf(level, entry) switch
        {
            EntryKind.Absent => EntryMark.IsWithheld(entry) ? MapError.FlushPending : MapError.NotMapped,
            EntryKind.Table => MapError.TableInTheWay,
            _ => level == wanted ? MapError.AlreadyMapped : MapError.CoveredByLargePage,
        };
        return new MapFailure(error, VirtAddr.CreateUnchecked(address), entry);
    }
}
