using KernelMem.Failures;

namespace Benchmarks;

/// <summary>
/// The benchmark's memory: allocators' metadata and the arrays of the workloads, touched before anything is timed. The frames
/// that the allocators give out are numbers only: no memory lies behind them.
/// </summary>
internal unsafe struct Arena
{
    /// <summary>Where the simulated memory starts: 64 MiB, a multiple of every size that an allocator may think in.</summary>
    public const uint FirstFrame = 16384;

    private const ulong Line = 64;
    private const ulong HugePage = 2 << 20;
    private const ulong Page = 4096;

    private byte* _start;
    private ulong _bytes;
    private ulong _used;

    public Arena(ulong bytes)
    {
        byte* start = Host.MapMemory((nuint)(bytes + HugePage));
        _start = (byte*)(((ulong)start + HugePage - 1) & ~(HugePage - 1));
        _bytes = bytes;
        Host.AdviseHugePages(_start, (nuint)bytes);
        for (ulong at = 0; at < bytes; at += Page)
            _start[at] = 0;
    }

    /// <summary>How much is taken: what <see cref="Reset"/> goes back to.</summary>
    public readonly ulong Used => _used;

    /// <summary>Memory for some items, at a cache line of its own. It holds what was there before.</summary>
    public T* Take<T>(ulong count)
        where T : unmanaged
    {
        ulong bytes = (count * (ulong)sizeof(T) + Line - 1) & ~(Line - 1);
        Panic.Assert(_bytes - _used >= bytes, "bench: the arena is too small");
        T* items = (T*)(_start + _used);
        _used += bytes;
        return items;
    }

    /// <summary>Puts the next taking on a page of its own.</summary>
    public void AlignToPage() => _used = (_used + Page - 1) & ~(Page - 1);

    public void Reset(ulong used) => _used = used;
}
