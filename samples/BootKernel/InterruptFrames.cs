using KernelMem.Addresses;
using KernelMem.Frames;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>What the interrupts of one kind hold on one CPU.</summary>
internal struct InterruptFrames(uint owner)
{
    private TaggedFrames _held = new(owner);

    /// <summary>How many blocks were taken.</summary>
    public uint Taken;

    /// <summary>Takes a block, and frees one that an earlier interrupt took.</summary>
    /// <returns>False if something is wrong. There may be no memory.</returns>
    public bool Exchange(LocalFrameAllocator<X64Platform> frames, int order)
    {
        bool right = !_held.IsFull || FreeOldest(frames);
        if (!frames.Allocate(FrameRequest.For(FrameUse.Heap).WithOrder(order)).TryGet(out OwnedFrame block, out FrameError error))
            return right && error == FrameError.OutOfMemory;

        Atomic.Store(ref Taken, Taken + 1);
        ulong count = block.Count;
        return _held.TryAdd(FrameRange<Size4KiB>.Create(block.Release(), count)) && right;
    }

    /// <summary>Frees all blocks.</summary>
    /// <returns>False if something is wrong.</returns>
    public bool FreeAll(LocalFrameAllocator<X64Platform> frames)
    {
        bool right = true;
        while (!_held.IsEmpty)
            right &= FreeOldest(frames);
        return right;
    }

    private bool FreeOldest(LocalFrameAllocator<X64Platform> frames) =>
        _held.TryRemove(out Frame start) & frames.Free(start, FrameUse.Heap).IsSuccess;
}
