using System;
using System.Numerics;
using KernelMem.Addresses;

namespace KernelMem.Heap;

/// <summary>
/// Slabs: pages of objects of one size. A class lists its slabs that are partly full, keeps at most one empty one, and forgets full
/// ones until an object of theirs is freed. Called with the lock held.
/// </summary>
internal static unsafe class HeapSlabs
{
    /// <summary>The class of blocks of a size and alignment.</summary>
    /// <returns>False when they need whole pages.</returns>
    public static bool TryFindClass(in HeapState state, ulong bytes, ulong alignment, out int sizeClass)
    {
        sizeClass = HeapSizeClass.Number;
        if (bytes > HeapLimits.MaxObjectBytes || alignment > HeapLimits.MaxObjectBytes)
            return false;

        // The first class above half of the next power of two; that power's own class is the one after it.
        int shift = 64 - BitOperations.LeadingZeroCount(bytes - 1);
        sizeClass = Math.Max(0, 2 * shift - 10);

        // An object lies at a multiple of its size in a page, so it is aligned to every power of two that divides the size. The last
        // class is one itself.
        while ((ulong)state.Classes[sizeClass].Size < bytes || ((ulong)state.Classes[sizeClass].Size & (alignment - 1)) != 0)
            sizeClass++;
        return true;
    }

    /// <summary>Takes an object of a slab that is there.</summary>
    /// <returns>False when all slabs of the class are full.</returns>
    public static bool TryTake(ref HeapState state, int sizeClass, out VirtAddr address)
    {
        HeapSizeClass* slabs = state.Classes + sizeClass;
        int page = slabs->Partial;
        if (page == HeapPageMap.None)
        {
            page = slabs->Cached;
            slabs->Cached = HeapPageMap.None;
            if (page == HeapPageMap.None)
            {
                address = default;
                return false;
            }

            Link(ref state, slabs, page);
        }

        HeapPage* slab = state.Pages[page];
        int index = slab->Allocate();
        if (slab->Live == slabs->Objects)
            Unlink(ref state, slabs, page);
        state.AddBlock((ulong)slabs->Size);
        address = VirtAddr.CreateUnchecked(state.AddressOf(page).Value + (ulong)(index * slabs->Size));
        return true;
    }

    /// <summary>Makes a slab of a page that is reserved and mapped, and takes an object of it.</summary>
    public static VirtAddr TakeFromNew(ref HeapState state, int sizeClass, int page)
    {
        HeapSizeClass* slabs = state.Classes + sizeClass;
        HeapPage* slab = state.Pages[page];
        slab->BecomeSlab(sizeClass);
        int index = slab->Allocate();
        Link(ref state, slabs, page);
        state.AddMapped(1);
        state.AddBlock((ulong)slabs->Size);
        return VirtAddr.CreateUnchecked(state.AddressOf(page).Value + (ulong)(index * slabs->Size));
    }

    /// <summary>Frees an object.</summary>
    /// <returns>The slab, if it is empty now and there is another one already; it belongs to no list any more.</returns>
    public static HeapRun Free(ref HeapState state, HeapBlock block)
    {
        HeapPage* slab = state.Pages[block.Page];
        HeapSizeClass* slabs = state.Classes + slab->Class;
        if (slab->Live == slabs->Objects)
            Link(ref state, slabs, block.Page);

        slab->Free(block.Object);
        state.RemoveBlock(block.UsableBytes);
        if (slab->Live != 0)
            return default;

        Unlink(ref state, slabs, block.Page);
        if (slabs->Cached != HeapPageMap.None)
            return new HeapRun(block.Page, 1);

        slabs->Cached = block.Page;
        return default;
    }

    private static void Link(ref HeapState state, HeapSizeClass* slabs, int page)
    {
        HeapPage* slab = state.Pages[page];
        slab->Previous = HeapPageMap.None;
        slab->Next = slabs->Partial;
        if (slab->Next != HeapPageMap.None)
            state.Pages[slab->Next]->Previous = page;
        slabs->Partial = page;
    }

    private static void Unlink(ref HeapState state, HeapSizeClass* slabs, int page)
    {
        HeapPage* slab = state.Pages[page];
        if (slab->Previous != HeapPageMap.None)
            state.Pages[slab->Previous]->Next = slab->Next;
        else
            slabs->Partial = slab->Next;
        if (slab->Next != HeapPageMap.None)
            state.Pages[slab->Next]->Previous = slab->Previous;
        slab->Next = HeapPageMap.None;
        slab->Previous = HeapPageMap.None;
    }
}
