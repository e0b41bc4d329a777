using System.Runtime.CompilerServices;
using KernelMem.Frames;

namespace Benchmarks;

/// <summary>How a view is entered.</summary>
internal interface IEntry
{
    static abstract bool InNmi { get; }
}

/// <summary>With interrupts masked.</summary>
internal readonly struct MaskedEntry : IEntry
{
    public static bool InNmi => false;
}

/// <summary>As a handler of non-maskable interrupts does.</summary>
internal readonly struct NmiEntry : IEntry
{
    public static bool InNmi => true;
}

/// <summary>
/// The library's allocator as one CPU uses it: found, and its interrupts masked, once for the whole run. Blocks are freed by their
/// owner's token.
/// </summary>
internal readonly unsafe struct LibraryByView<TEntry> : IFrameBenchAllocator<LibraryByView<TEntry>, OwnedFrame>
    where TEntry : unmanaged, IEntry
{
    private readonly FrameAllocator<BenchPlatform<Masking>> _frames;
    private readonly Slot* _slots;
    private readonly LocalFrameAllocator<BenchPlatform<Masking>>* _view;

    private LibraryByView(FrameAllocator<BenchPlatform<Masking>> frames, Slot* slots, LocalFrameAllocator<BenchPlatform<Masking>>* view)
    {
        _frames = frames;
        _slots = slots;
        _view = view;
    }

    public static LibraryByView<TEntry> Create(ref Arena arena, uint frames)
    {
        Slot* slots = arena.Take<Slot>(BenchPlatform<Masking>.Cpus);
        return new LibraryByView<TEntry>(FrameAllocatorFactory.Create<BenchPlatform<Masking>>(ref arena, frames), slots, view: null);
    }

    public static uint FrameOf(OwnedFrame token) => (uint)token.Start.Number;

    public LibraryByView<TEntry> Enter(int thread)
    {
        // SAFETY: a view has no references, and fits into its slot, which lives as long as the allocator.
        LocalFrameAllocator<BenchPlatform<Masking>>* view = (LocalFrameAllocator<BenchPlatform<Masking>>*)(_slots + thread);
        *view = TEntry.InNmi ? _frames.EnterNmi() : _frames.EnterCpu();
        return new LibraryByView<TEntry>(_frames, _slots, view);
    }

    public void Leave() => _view->Leave();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocate(int order, out OwnedFrame token) => order == 0
        ? _view->Allocate(FrameUse.User).TryGet(out token)
        : _view->Allocate(FrameRequest.For(FrameUse.User).WithOrder(order)).TryGet(out token);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFree(OwnedFrame token, int order) => _view->Free(token).IsSuccess;

    public bool IsWhole(uint frames) => _frames.Validate() && _frames.GetStatistics().FreeFrames == frames;

    // A line of the cache, and the next.
    private struct Slot
    {
        public fixed ulong Words[16];
    }
}
