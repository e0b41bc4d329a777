namespace Benchmarks;

/// <summary>
/// An allocator on the bench. One small struct each, called through type parameters only, so that every loop is compiled for it.
/// </summary>
/// <typeparam name="TSelf">The struct: a handle, whose copies are the same allocator.</typeparam>
/// <typeparam name="TToken">What stands for an allocated block until it is freed: the number of its first frame, or more.</typeparam>
internal interface IFrameBenchAllocator<TSelf, TToken>
    where TSelf : unmanaged, IFrameBenchAllocator<TSelf, TToken>
    where TToken : unmanaged
{
    /// <summary>An allocator with <paramref name="frames"/> free frames from <see cref="Arena.FirstFrame"/> on.</summary>
    static abstract TSelf Create(ref Arena arena, uint frames);

    /// <summary>The first frame of a block.</summary>
    static abstract uint FrameOf(TToken token);

    /// <summary>The allocator as the calling thread sees it, whose number is that of its CPU. Before anything is timed.</summary>
    TSelf Enter(int thread);

    /// <summary>The end of what <see cref="Enter"/> gave.</summary>
    void Leave();

    /// <summary>Takes 2^<paramref name="order"/> frames; orders 0 to 10.</summary>
    bool TryAllocate(int order, out TToken token);

    /// <summary>Gives them back; false if that is refused.</summary>
    bool TryFree(TToken token, int order);

    /// <summary>Whether <paramref name="frames"/> are free and the books hold. Nobody else may be at work.</summary>
    bool IsWhole(uint frames);
}
