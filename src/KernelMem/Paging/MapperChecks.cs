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
        if (!format.Holds(frame) || (TSize.Level == PageTableLevel.Pdpt && !format.HasGigabytePages))
            return MapError.NotSupported;
        VirtRange range = VirtRange.CreateUnchecked(page.Start, TSize.Bytes);
        return Place(state.Layout, state.IsKernel, range, page.Start.Value == frame.Start.Value, protection);
    }

    /// <summary>Whether all of a canonical range is for such pages.</summary>
    public static MapError Place(in AddressLayout layout, bool isKernel, VirtRange range, bool isIdentity, Protection protection)
    {
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
        VirtRange heap = layout.KernelHeap;
        ulong slot = address.Value / SlotBytes;
        return address >= AddressLayout.KernelHalf.Start || (slot >= heap.Start.Value / SlotBytes && slot <= heap.Last.Value / SlotBytes);
    }

    /// <summary>Whether a page of this protection may be anywhere in a range, wherever its frame is.</summary>
    public static bool IsUniform(in AddressLayout layout, VirtRange range, Protection protection) =>
        layout.TryGetArea(range, out AddressArea area)
        && (protection.IsUser ? area == AddressArea.User : area is AddressArea.Kernel or AddressArea.KernelHeap);

    /// <summary>
    /// What the entries that reference a new table let through: where programs live, what its first page needs; elsewhere everything but
    /// user mode. (Among adopted tables nothing is opened later: everything at once.)
    /// </summary>
    public static PathRights RightsOfTables<TPlatform>(in MapperState<TPlatform> state, ulong address, Protection protection)
        where TPlatform : unmanaged, IPlatform
    {
        if (IsShared(state.Layout, VirtAddr.CreateUnchecked(address)))
            return PathRights.Kernel;
        return state.IsAdopted ? PathRights.All : PathRights.For(protection);
    }
}
