using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Frames;

namespace Benchmarks;

/// <summary>The library's allocator, where the caller keeps bare frames: state and use are checked at the free, the owner is not.</summary>
internal readonly struct LibraryByFrame<TVariant> : IFrameBenchAllocator<LibraryByFrame<TVariant>, uint>
    where TVariant : unmanaged, IVariant
{
    private readonly FrameAllocator<BenchPlatform<TVariant>> _frames;

    private LibraryByFrame(FrameAllocator<BenchPlatform<TVariant>> frames) => _frames = frames;

    public static LibraryByFrame<TVariant> Create(ref Arena arena, uint frames) =>
        new(FrameAllocatorFactory.Create<BenchPlatform<TVariant>>(ref arena, frames));

    public static uint FrameOf(uint token) => token;

    public LibraryByFrame<TVariant> Enter(int thread) => this;

    public void Leave()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocate(int order, out uint token)
    {
        bool success = order == 0
            ? _frames.Allocate(FrameUse.User).TryGet(out OwnedFrame block)
            : _frames.Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).TryGet(out block);
        token = (uint)block.Release().Number;
        return success;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFree(uint token, int order) => _frames.Free(Frame.FromNumber(token), FrameUse.User).IsSuccess;

    public bool IsWhole(uint frames) => _frames.Validate() && _frames.GetStatistics().FreeFrames == frames;
}
