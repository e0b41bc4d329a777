using System.Runtime.CompilerServices;
using KernelMem.Frames;

namespace Benchmarks;

/// <summary>The library's allocator, its everyday calls: the caller keeps the owner's token, which is checked at the free.</summary>
internal readonly struct LibraryByOwner<TVariant> : IFrameBenchAllocator<LibraryByOwner<TVariant>, OwnedFrame>
    where TVariant : unmanaged, IVariant
{
    private readonly FrameAllocator<BenchPlatform<TVariant>> _frames;

    private LibraryByOwner(FrameAllocator<BenchPlatform<TVariant>> frames) => _frames = frames;

    public static LibraryByOwner<TVariant> Create(ref Arena arena, uint frames) =>
        new(FrameAllocatorFactory.Create<BenchPlatform<TVariant>>(ref arena, frames));

    public static uint FrameOf(OwnedFrame token) => (uint)token.Start.Number;

    public LibraryByOwner<TVariant> Enter(int thread) => this;

    public void Leave()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocate(int order, out OwnedFrame token) => order == 0
        ? _frames.Allocate(FrameUse.User).TryGet(out token)
        : _frames.Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).TryGet(out token);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFree(OwnedFrame token, int order) => _frames.Free(token).IsSuccess;

    public bool IsWhole(uint frames) => _frames.Validate() && _frames.GetStatistics().FreeFrames == frames;
}
