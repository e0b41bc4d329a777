using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Heap;
using KernelMem.Platform;

namespace Scenario;

/// <content>The heap.</content>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private const int Slots = 48;
    private const int HeapRounds = 1_500;

    // Blocks come, grow, shrink and go at random; each must keep what was written into it until the end.
    private unsafe void ChurnsTheHeap()
    {
        HeapBlock* blocks = stackalloc HeapBlock[Slots];
        for (int slot = 0; slot < Slots; slot++)
            blocks[slot] = default;

        RandomNumbers random = new(2026);
        bool holds = true;
        for (int round = 0; round < HeapRounds && holds; round++)
        {
            ref HeapBlock block = ref blocks[random.Below(Slots)];
            if (block.Bytes == 0)
                holds = TryAllocate(ref block, ref random);
            else if (random.Below(3) == 0)
                holds = TryReallocate(ref block, ref random);
            else
                holds = IsIntact(block, block.Bytes) && TryFree(ref block);
        }

        ulong peak = _memory.GetMemoryStats().Heap.PeakMappedBytes;
        for (int slot = 0; slot < Slots; slot++)
            holds &= blocks[slot].Bytes == 0 || (IsIntact(blocks[slot], blocks[slot].Bytes) && TryFree(ref blocks[slot]));
        _checks.Check("blocks of all sizes come, grow, shrink and go, and keep their content"u8, holds, HeapRounds, "rounds"u8);
        _checks.Check("the heap grew by mapping frames, in its range"u8, peak >= Size4KiB.Bytes && _memory.Heap.Range == _memory.KernelSpace.Layout.KernelHeap, peak, "bytes mapped at most"u8);
    }

    private void RefusesBadHeapCalls()
    {
        VirtAddr dirty = _memory.AllocateHeap(300).Expect("scenario: no heap");
        Fill(new HeapBlock { Address = dirty, Bytes = 300, Seed = 0xEE });
        bool freed = _memory.FreeHeap(dirty).IsSuccess;
        VirtAddr clean = _memory.AllocateHeapZeroed(300, alignment: 64).Expect("scenario: no heap");
        bool zeroed = clean.IsAligned(64);
        for (ulong i = 0; i < 300; i++)
            zeroed &= Reads(clean + i, 0);
        _checks.Check("a zeroed, aligned block is both, also where others wrote before"u8, freed && zeroed);

        bool inside = Fails(_memory.FreeHeap(clean + 16), HeapError.NotAnAllocation);
        bool once = _memory.FreeHeap(clean).IsSuccess;
        bool twice = Fails(_memory.FreeHeap(clean), HeapError.NotAllocated);
        bool foreign = Fails(_memory.FreeHeap(_memory.KernelSpace.Layout.KernelRegions.Start), HeapError.NotAllocated);
        bool sizes = Fails(_memory.AllocateHeap(0), HeapError.InvalidRequest) && Fails(_memory.AllocateHeap(ulong.MaxValue), HeapError.TooLarge);
        _checks.Check("a block freed twice, from inside, or that is none, is refused"u8, inside && once && twice && foreign && sizes);
    }

    private readonly bool TryAllocate(ref HeapBlock block, ref RandomNumbers random)
    {
        // Mostly small, sometimes some pages.
        ulong bytes = 1 + (random.Below(16) == 0 ? (ulong)random.Below(20_000) : (ulong)random.Below(900));
        if (!_memory.AllocateHeap(bytes).TryGet(out VirtAddr address))
            return false;
        block = new HeapBlock { Address = address, Bytes = bytes, Seed = (byte)random.Below(256) };
        Fill(block);
        return address.IsAligned(16);
    }

    private readonly bool TryReallocate(ref HeapBlock block, ref RandomNumbers random)
    {
        ulong bytes = 1 + (ulong)random.Below(6_000);
        ulong kept = bytes < block.Bytes ? bytes : block.Bytes;
        if (!IsIntact(block, block.Bytes) || !_memory.ReallocateHeap(block.Address, bytes).TryGet(out VirtAddr address))
            return false;
        block.Address = address;
        bool intact = IsIntact(block, kept);
        block.Bytes = bytes;
        Fill(block);
        return intact;
    }

    private readonly bool TryFree(ref HeapBlock block)
    {
        bool freed = _memory.FreeHeap(block.Address).IsSuccess;
        block = default;
        return freed;
    }

    private readonly void Fill(in HeapBlock block)
    {
        for (ulong i = 0; i < block.Bytes; i += HeapBlock.Stride)
            Panic.Assert(_machine.TryWrite(block.Address + i, block.At(i)), "scenario: a heap block cannot be written");
        Panic.Assert(_machine.TryWrite(block.Address + (block.Bytes - 1), block.At(block.Bytes - 1)), "scenario: a heap block cannot be written");
    }

    private readonly bool IsIntact(in HeapBlock block, ulong bytes)
    {
        bool intact = bytes != block.Bytes || Reads(block.Address + (bytes - 1), block.At(bytes - 1));
        for (ulong i = 0; i < bytes && intact; i += HeapBlock.Stride)
            intact = Reads(block.Address + i, block.At(i));
        return intact;
    }
}
