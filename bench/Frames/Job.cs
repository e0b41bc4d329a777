namespace Benchmarks;

/// <summary>What one thread works with.</summary>
internal unsafe struct Job<TAllocator, TToken>
    where TAllocator : unmanaged, IFrameBenchAllocator<TAllocator, TToken>
    where TToken : unmanaged
{
    public TAllocator Allocator;

    /// <summary>Room for a token of each frame of the allocator; the threads that share it each have an equal part.</summary>
    public TToken* Tokens;

    /// <summary>As much room for orders.</summary>
    public byte* Orders;

    /// <summary>Where the thread stands among those that share the allocator.</summary>
    public uint Member;

    public int Thread;
    public Setup Setup;

    public readonly uint Members => (uint)Setup.Members;

    /// <summary>This thread's share of the frames.</summary>
    public readonly uint Share => Setup.GroupFrames / Members;
}
