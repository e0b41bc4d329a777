using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Heap;

/// <content>How blocks and pages come and go.</content>
public readonly unsafe partial struct KernelHeap<TPlatform, TPages>
{
    private Result<VirtAddr, HeapError> Take(ulong bytes, ulong alignment, out ulong usableBytes)
    {
        usableBytes = 0;
        if (bytes == 0 || !Alignment.IsValid(alignment) || alignment > HeapLimits.MaxAlignment)
            return HeapError.InvalidRequest;
        if (bytes > Range.Length)
            return HeapError.TooLarge;

        if (HeapSlabs.TryFindClass(in _header->State, bytes, alignment, out int sizeClass))
        {
            usableBytes = (ulong)_header->State.Classes[sizeClass].Size;
            return TakeObject(sizeClass);
        }

        int count = PagesFor(bytes);
        usableBytes = (ulong)count * Size4KiB.Bytes;
        return TakePages(count, alignment);
    }

    private Result<VirtAddr, HeapError> TakeObject(int sizeClass)
    {
        HeapRun run = default;
        HeapError error = HeapError.None;
        SpinLockGuard<TPlatform> guard = Lock();
        if (!HeapSlabs.TryTake(ref _header->State, sizeClass, out VirtAddr address))
            error = Reserve(1, alignment: 1, out run);
        guard.Release();
        if (error != HeapError.None)
            return error;
        if (run.Count == 0)
            return address;

        if (Map(run).TryGetError(out error))
            return error;

        guard = Lock();
        address = HeapSlabs.TakeFromNew(ref _header->State, sizeClass, run.First);
        guard.Release();
        return address;
    }

    private Result<VirtAddr, HeapError> TakePages(int count, ulong alignment)
    {
        ulong pageAlignment = alignment <= Size4KiB.Bytes ? 1 : alignment / Size4KiB.Bytes;
        SpinLockGuard<TPlatform> guard = Lock();
        HeapError error = Reserve(count, pageAlignment, out HeapRun run);
        guard.Release();
        if (error != HeapError.None || Map(run).TryGetError(out error))
            return error;

        guard = Lock();
        _header->State.Pages[run.First]->State = HeapPageState.Block;
        _header->State.AddMapped(count);
        _header->State.AddBlock((ulong)count * Size4KiB.Bytes);
        guard.Release();
        return _header->State.AddressOf(run.First);
    }

    // With the lock held: frees a block in the books. The run, if there is one, is to be given back without the lock.
    private HeapError Drop(VirtAddr address, out HeapRun run)
    {
        run = default;
        HeapError error = _header->State.Find(address, out HeapBlock block);
        if (error != HeapError.None)
            return error;

        if (block.IsObject)
        {
            run = HeapSlabs.Free(ref _header->State, block);
        }
        else
        {
            run = new HeapRun(block.Page, _header->State.Pages[block.Page]->Count);
            _header->State.RemoveBlock(block.UsableBytes);
        }

        if (run.Count != 0)
            run = Leaving(run.First, run.Count);
        return HeapError.None;
    }

    // With the lock held: pages that are just being unmapped. They are nobody's, but not free yet.
    private HeapRun Leaving(int first, int count)
    {
        _header->State.Pages.DescribeRun(first, count, HeapPageState.Releasing);
        return new HeapRun(first, count);
    }

    // Without the lock: other CPUs that wait for it with interrupts off could not answer the flush.
    private void GiveBack(HeapRun run)
    {
        if (run.Count == 0)
            return;

        _header->Pages.Unmap(_header->State.PagesOf(run));
        SpinLockGuard<TPlatform> guard = Lock();
        _header->State.MappedPages -= (ulong)run.Count;
        Unreserve(run);
        guard.Release();
    }

    // Without the lock: maps pages that are reserved. On failure they are not reserved any more.
    private Result<HeapError> Map(HeapRun run)
    {
        Result<HeapError> result = _header->Pages.Map(_header->State.PagesOf(run));
        if (!result.IsSuccess)
        {
            SpinLockGuard<TPlatform> guard = Lock();
            Unreserve(run);
            guard.Release();
        }

        return result;
    }

    // With the lock held: finds free pages and reserves them.
    private HeapError Reserve(int count, ulong alignment, out HeapRun run)
    {
        int first = _header->State.Pages.FindRun(count, alignment);
        run = first == HeapPageMap.None ? default : new HeapRun(first, count);
        return first == HeapPageMap.None ? HeapError.OutOfRange : ReserveAt(run);
    }

    // With the lock held: reserves pages that are free; on failure nothing has changed.
    private HeapError ReserveAt(HeapRun run)
    {
        HeapChunk* chunks = _header->State.Pages.Chunks;
        int lastChunk = HeapPageMap.ChunkOf(run.First + run.Count - 1);
        for (int chunk = HeapPageMap.ChunkOf(run.First); chunk <= lastChunk; chunk++)
        {
            if (chunks[chunk].Descriptors != null)
                continue;

            if (!_header->Pages.AllocateMetadataFrame().TryGet(out HeapFrame frame, out HeapError error))
            {
                FreeIdleDescriptors(run);
                return error;
            }

            chunks[chunk].Descriptors = (HeapPage*)frame.Pointer;
            _header->State.MetadataFrames++;
        }

        _header->State.Pages.SetUsed(run.First, run.Count, used: true);
        _header->State.Pages.DescribeRun(run.First, run.Count, HeapPageState.Reserved);
        return HeapError.None;
    }

    // With the lock held: pages that are mapped nowhere become free.
    private void Unreserve(HeapRun run)
    {
        _header->State.Pages.SetUsed(run.First, run.Count, used: false);
        FreeIdleDescriptors(run);
    }

    // With the lock held: chunks that a run touches keep descriptors only if a page is in use.
    private void FreeIdleDescriptors(HeapRun run)
    {
        int lastChunk = HeapPageMap.ChunkOf(run.First + run.Count - 1);
        for (int index = HeapPageMap.ChunkOf(run.First); index <= lastChunk; index++)
        {
            HeapChunk* chunk = _header->State.Pages.Chunks + index;
            if (chunk->Used != 0 || chunk->Descriptors == null)
                continue;

            HeapFrame frame = new(chunk->Descriptors);
            chunk->Descriptors = null;
            _header->State.MetadataFrames--;
            _header->Pages.FreeMetadataFrame(frame);
        }
    }

    private static int PagesFor(ulong bytes) => (int)((bytes + Size4KiB.Bytes - 1) / Size4KiB.Bytes);
}
