using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.AddressSpaces;

/// <content>
/// The same memory in several places: the kernel's code, and the constants of its image, are writable in none of them, and all of them are
/// cached in one way.
/// </content>
/// <remarks>
/// The direct map shows all memory. Where it shows the kernel's code it is read-only, from before that becomes executable until after it no
/// longer is. It is never executable itself, which is why a program's code may stay writable there.
/// </remarks>
public readonly unsafe partial struct AddressSpace<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    // Whether a region may be beside those that show the same memory. With the lock held.
    private AddressSpaceError CheckAliases(in Region asked)
    {
        if (!IsKernel)
            return AddressSpaceError.None;

        for (int index = 0; index < _state->Regions.Count; index++)
        {
            Region other = _state->Regions[index];
            bool isItself = other.Range.Overlaps(asked.Range) || other.State == RegionState.Releasing;
            AddressSpaceError error = isItself ? AddressSpaceError.None : CheckAlias(asked, other);
            if (error != AddressSpaceError.None)
                return error;
        }

        return AddressSpaceError.None;
    }

    private AddressSpaceError CheckAlias(in Region asked, in Region other)
    {
        // Memory of a region's own is mapped by others only if they were given it.
        bool isGiven = asked.Backing == RegionBacking.Fixed;
        if (!isGiven && other.Backing != RegionBacking.Fixed)
            return AddressSpaceError.None;

        bool cacheDiffers = asked.Protection.Cache != other.Protection.Cache;
        bool isConstantWritten = (asked.IsConstant && other.Protection.IsWritable && other.Kind != RegionKind.DirectMap)
            || (other.IsConstant && asked.Protection.IsWritable);
        if (!(cacheDiffers || isConstantWritten) || !ShowSame(asked, other))
            return AddressSpaceError.None;
        return cacheDiffers ? AddressSpaceError.CacheConflict : AddressSpaceError.WritableCode;
    }

    private bool ShowSame(in Region first, in Region second)
    {
        if (first.Backing == RegionBacking.Fixed && second.Backing == RegionBacking.Fixed)
            return first.Given.Overlaps(second.Given);
        return first.Backing == RegionBacking.Fixed ? Shows(second.Range, first.Given) : Shows(first.Range, second.Given);
    }

    private bool Shows(VirtRange range, PhysRange memory)
    {
        MappedPages<TPlatform> pages = _state->Mapper.Query(range);
        while (pages.TryGetNext(out MappedRange run))
        {
            if (PhysRange.Create(run.Start, run.Range.Length).Overlaps(memory))
                return true;
        }

        return false;
    }

    // Gives pages that are readable only a protection under which nothing may write them: first the direct map shows them read-only. On
    // failure everything is as before.
    private AddressSpaceError MakeConstant(VirtRange range, Protection protection)
    {
        ProtectNow(range, protection.WithAccess(PageAccess.Read));
        AddressSpaceError error = SetDirectMap(range, constant: true);
        if (error == AddressSpaceError.None)
            ProtectNow(range, protection);
        else
            RestoreProtection(range);
        return error;
    }

    // The inverse: nobody executes the pages any more, then the direct map shows them as it did.
    private void EndConstant(VirtRange range, Protection protection)
    {
        ProtectNow(range, protection.WithAccess(PageAccess.Read));
        _ = SetDirectMap(range, constant: false); // it needs no memory: what there is to split was split before
    }

    // As the books say; what is just being made is not executable yet.
    private void RestoreProtection(VirtRange range)
    {
        VirtAddr next = range.Start;
        while (TryFindClaimed(next, out Region region))
        {
            _ = region.Range.TryIntersect(range, out VirtRange part);
            ProtectNow(part, region.State == RegionState.Building ? region.Protection.WithAccess(PageAccess.Read) : region.Protection);
            if (region.Range.Last >= range.Last)
                return;
            next = VirtAddr.CreateUnchecked(region.Range.Last.Value + 1);
        }
    }

    private AddressSpaceError SetDirectMap(VirtRange range, bool constant)
    {
        MappedPages<TPlatform> pages = _state->Mapper.Query(range);
        while (pages.TryGetNext(out MappedRange run))
        {
            AddressSpaceError error = SetDirectMapOf(PhysRange.Create(run.Start, run.Range.Length), range, constant);
            if (error == AddressSpaceError.None)
                continue;
            if (run.Range.Start > range.Start)
                _ = SetDirectMap(VirtRange.CreateUnchecked(range.Start, run.Range.Start.Value - range.Start.Value), constant: false);
            return error;
        }

        return AddressSpaceError.None;
    }

    private AddressSpaceError SetDirectMapOf(PhysRange memory, VirtRange range, bool constant)
    {
        VirtRange map = Layout.DirectMap;
        if (memory.EndExclusive > map.Length || (!constant && IsConstantElsewhere(memory, range)))
            return AddressSpaceError.None;

        VirtRange alias = VirtRange.CreateUnchecked(map.Start + memory.Start.Value, memory.Length);
        if (!TryFindRegion(alias.Start, out Region region) || region.Kind != RegionKind.DirectMap)
            return AddressSpaceError.None;
        AddressSpaceError error = TrySplitAround(alias);
        if (error != AddressSpaceError.None)
            return error;
        ProtectNow(alias, constant ? region.Protection.WithAccess(PageAccess.Read) : region.Protection);
        if (!constant)
            Join(alias);
        return AddressSpaceError.None;
    }

    // What was split for the code becomes large again, where nothing else keeps it small.
    private void Join(VirtRange range)
    {
        Page<Size2MiB> last = Page<Size2MiB>.Containing(range.Last);
        for (Page<Size2MiB> page = Page<Size2MiB>.Containing(range.Start); ; page = Page<Size2MiB>.CreateUnchecked(page.Start + Size2MiB.Bytes))
        {
            if (_state->Mapper.Promote(page).TryGet(out PromotedPage<TPlatform> promoted))
                promoted.Flush(_state->Tlb);
            if (page.Start == last.Start)
                return;
        }
    }

    private bool IsConstantElsewhere(PhysRange memory, VirtRange range)
    {
        for (int index = 0; TryGetRegion(index, out Region region); index++)
        {
            if (region.IsConstant && !region.Range.Overlaps(range) && Shows(region.Range, memory))
                return true;
        }

        return false;
    }
}
