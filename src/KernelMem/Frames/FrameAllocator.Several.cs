using System;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Frames;

/// <content>Many frames in one call, and blocks with several owners.</content>
public readonly unsafe partial struct FrameAllocator<TPlatform>
{
    /// <summary>Takes many single frames, all or none: from <see cref="Boot.MemoryZone.Normal"/> or else by fallback, contents as they are.</summary>
    /// <param name="use">What for.</param>
    /// <param name="frames">Receives the frames, in no particular order. After a failure its contents mean nothing.</param>
    /// <returns>
    /// Success; <see cref="FrameError.InvalidRequest"/> for a use that cannot be requested; <see cref="FrameError.OutOfMemory"/>, and then
    /// the statistics count what was taken until then as allocated and freed.
    /// </returns>
    public Result<FrameError> AllocateMany(FrameUse use, Span<Frame> frames)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<FrameError> result = cpu.AllocateMany(use, frames);
        cpu.Leave();
        return result;
    }

    /// <summary>Takes many blocks back by their first frames. Frames in ascending order are freed fastest.</summary>
    /// <param name="frames">The first frames of blocks.</param>
    /// <param name="use">What all of them were allocated for.</param>
    /// <param name="freed">How many were freed: all, or those before the first that is refused.</param>
    /// <returns>Success; or why the block at <paramref name="freed"/> was refused, see <see cref="Free(Frame, FrameUse)"/>.</returns>
    public Result<FrameError> FreeMany(ReadOnlySpan<Frame> frames, FrameUse use, out int freed)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<FrameError> result = cpu.FreeMany(frames, use, out freed);
        cpu.Leave();
        return result;
    }

    /// <summary>
    /// Adds a reference to a block, e.g. for another address space that maps it: it is freed when all are dropped. Only who holds a
    /// reference may add one.
    /// </summary>
    /// <param name="start">The first frame of the block.</param>
    /// <param name="use">What the block was allocated for.</param>
    /// <returns>Success; <see cref="FrameError.TooManyReferences"/>; or the errors of <see cref="Free(Frame, FrameUse)"/>.</returns>
    public Result<FrameError> AddReference(Frame start, FrameUse use)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<FrameError> result = cpu.AddReference(start, use);
        cpu.Leave();
        return result;
    }

    /// <summary>Drops a reference to a block, and frees it if it was the last one, its owner's.</summary>
    /// <param name="start">The first frame of the block.</param>
    /// <param name="use">What the block was allocated for.</param>
    /// <returns>Whether the block was freed; or the errors of <see cref="Free(Frame, FrameUse)"/>.</returns>
    public Result<bool, FrameError> DropReference(Frame start, FrameUse use)
    {
        LocalFrameAllocator<TPlatform> cpu = EnterCpu();
        Result<bool, FrameError> result = cpu.DropReference(start, use);
        cpu.Leave();
        return result;
    }
}
