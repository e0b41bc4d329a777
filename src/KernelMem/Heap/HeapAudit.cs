namespace KernelMem.Heap;

/// <summary>Checks the books of a heap against each other, from the descriptors up. Called with the lock held.</summary>
internal unsafe ref struct HeapAudit
{
    private readonly ref readonly HeapState _state;
    private ulong _mappedPages;
    private ulong _allocatedBytes;
    private ulong _blocks;
    private ulong _frames;
    private int _emptySlabs;
    private int _partialSlabs;

    private HeapAudit(ref readonly HeapState state) => _state = ref state;

    /// <summary>Whether everything agrees.</summary>
    public static bool Holds(ref readonly HeapState state)
    {
        HeapAudit audit = new(in state);
        return audit.ChunksHold() && audit.PagesHold() && audit.ListsHold() && audit.CountsHold();
    }

    private bool ChunksHold()
    {
        for (int index = 0; index < _state.Pages.ChunkCount; index++)
        {
            HeapChunk chunk = _state.Pages.Chunks[index];
            int pages = System.Math.Min(HeapChunk.Pages, _state.Pages.Count - index * HeapChunk.Pages);
            bool beyondEnd = pages < HeapChunk.Pages && chunk.Used >> pages != 0;
            if (beyondEnd || (chunk.Used != 0) != (chunk.Descriptors != null))
                return false;
            _frames += chunk.Used != 0 ? 1UL : 0;
        }

        return _state.Pages.NextFree(0) >= _state.Pages.Hint;
    }

    private bool PagesHold()
    {
        int count = _state.Pages.Count;
        for (int page = _state.Pages.NextUsed(0, count); page < count;)
        {
            HeapPage* descriptor = _state.Pages[page];
            int length = descriptor->Count;
            bool runHolds = length >= 1 && length <= count - page && (length == 1 || RestHolds(page, length));
            if (!runHolds || !Account(descriptor))
                return false;
            page = _state.Pages.NextUsed(page + length, count);
        }

        return true;
    }

    private readonly bool RestHolds(int first, int length)
    {
        for (int distance = 1; distance < length; distance++)
        {
            int page = first + distance;
            if (!_state.Pages.IsUsed(page) || _state.Pages[page]->State != HeapPageState.Rest || _state.Pages[page]->Count != distance)
                return false;
        }

        return true;
    }

    private bool Account(HeapPage* first)
    {
        switch (first->State)
        {
            case HeapPageState.Reserved:
                return true;
            case HeapPageState.Releasing:
                _mappedPages += (ulong)first->Count;
                return true;
            case HeapPageState.Block:
                _mappedPages += (ulong)first->Count;
                _allocatedBytes += (ulong)first->Count * Addresses.Size4KiB.Bytes;
                _blocks++;
                return true;
            case HeapPageState.Slab:
                if (first->Count != 1 || first->Class >= HeapSizeClass.Number)
                    return false;
                HeapSizeClass* slabs = _state.Classes + first->Class;
                _mappedPages++;
                _allocatedBytes += first->Live * (ulong)slabs->Size;
                _blocks += first->Live;
                _emptySlabs += first->Live == 0 ? 1 : 0;
                _partialSlabs += first->Live != 0 && first->Live < slabs->Objects ? 1 : 0;
                return first->CountAllocated(slabs->Objects) == first->Live;
            default:
                return false;
        }
    }

    private readonly bool ListsHold()
    {
        int partial = 0;
        int empty = 0;
        for (int index = 0; index < HeapSizeClass.Number; index++)
        {
            HeapSizeClass* slabs = _state.Classes + index;
            bool cached = slabs->Cached != HeapPageMap.None;
            if (slabs->Size != HeapSizeClass.SizeOf(index) || (cached && !IsSlab(slabs->Cached, index, empty: true)))
                return false;
            empty += cached ? 1 : 0;

            // A list in which every slab knows the one before it comes back to none, so the walk ends.
            int previous = HeapPageMap.None;
            for (int page = slabs->Partial; page != HeapPageMap.None; page = _state.Pages[page]->Next, partial++)
            {
                if (!IsSlab(page, index, empty: false) || _state.Pages[page]->Previous != previous)
                    return false;
                previous = page;
            }
        }

        return partial == _partialSlabs && empty == _emptySlabs;
    }

    private readonly bool IsSlab(int page, int sizeClass, bool empty)
    {
        if (page < 0 || page >= _state.Pages.Count || !_state.Pages.IsUsed(page))
            return false;
        HeapPage* slab = _state.Pages[page];
        bool wanted = empty ? slab->Live == 0 : slab->Live > 0 && slab->Live < _state.Classes[sizeClass].Objects;
        return slab->State == HeapPageState.Slab && slab->Class == sizeClass && wanted;
    }

    private readonly bool CountsHold() =>
        _mappedPages == _state.MappedPages
        && _state.MappedPages <= _state.PeakMappedPages
        && _allocatedBytes == _state.AllocatedBytes
        && _blocks == _state.Allocations - _state.Frees
        && _frames == _state.MetadataFrames;
}
