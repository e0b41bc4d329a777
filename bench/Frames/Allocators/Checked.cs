using KernelMem.Platform;

namespace Benchmarks;

/// <summary>An allocator under watch: no frame may be given out twice, or be none of its own, or start a block that is not aligned.</summary>
internal readonly unsafe struct Checked<TAllocator, TToken> : IFrameBenchAllocator<Checked<TAllocator, TToken>, TToken>
    where TAllocator : unmanaged, IFrameBenchAllocator<TAllocator, TToken>
    where TToken : unmanaged
{
    private readonly TAllocator _inner;
    private readonly State* _state;

    private Checked(TAllocator inner, State* state)
    {
        _inner = inner;
        _state = state;
    }

    public static Checked<TAllocator, TToken> Create(ref Arena arena, uint frames)
    {
        State* state = arena.Take<State>(1);
        *state = new State { InUse = arena.Take<uint>(frames), Frames = frames };
        for (uint i = 0; i < frames; i++)
            state->InUse[i] = 0;
        return new Checked<TAllocator, TToken>(TAllocator.Create(ref arena, frames), state);
    }

    public static uint FrameOf(TToken token) => TAllocator.FrameOf(token);

    public Checked<TAllocator, TToken> Enter(int thread) => new(_inner.Enter(thread), _state);

    public void Leave() => _inner.Leave();

    public bool TryAllocate(int order, out TToken token)
    {
        if (!_inner.TryAllocate(order, out token))
            return false;

        if (TryFind(token, order, out uint start))
            Mark(start, order, 1);
        return true;
    }

    public bool TryFree(TToken token, int order)
    {
        // Before the free: afterwards, the frames may be another thread's already.
        if (TryFind(token, order, out uint start))
            Mark(start, order, 0);
        return _inner.TryFree(token, order);
    }

    public bool IsWhole(uint frames)
    {
        for (uint i = 0; i < _state->Frames; i++)
        {
            if (_state->InUse[i] != 0)
                return false;
        }

        return _state->Violations == 0 && _inner.IsWhole(frames);
    }

    private bool TryFind(TToken token, int order, out uint start)
    {
        uint size = 1u << order;
        start = TAllocator.FrameOf(token) - Arena.FirstFrame;
        bool valid = start < _state->Frames && _state->Frames - start >= size && start % size == 0;
        if (!valid)
            Atomic.FetchAdd(ref _state->Violations, 1u);
        return valid;
    }

    private void Mark(uint start, int order, uint value)
    {
        for (uint i = 0; i < 1u << order; i++)
        {
            if (Atomic.Exchange(ref _state->InUse[start + i], value) == value)
                Atomic.FetchAdd(ref _state->Violations, 1u);
        }
    }

    private struct State
    {
        public uint* InUse;
        public uint Frames;
        public uint Violations;
    }
}
