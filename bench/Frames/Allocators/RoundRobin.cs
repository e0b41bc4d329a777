namespace Benchmarks;

/// <summary>A broken allocator: it gives out one block after the other, in use or not. The verification must find that.</summary>
internal readonly unsafe struct RoundRobin : IFrameBenchAllocator<RoundRobin, uint>
{
    private readonly State* _state;

    private RoundRobin(State* state) => _state = state;

    public static RoundRobin Create(ref Arena arena, uint frames)
    {
        State* state = arena.Take<State>(1);
        *state = new State { Frames = frames };
        return new RoundRobin(state);
    }

    public static uint FrameOf(uint token) => token;

    public RoundRobin Enter(int thread) => this;

    public void Leave()
    {
    }

    public bool TryAllocate(int order, out uint token)
    {
        uint size = 1u << order;
        uint start = (_state->Next + size - 1) & ~(size - 1);
        start = start > _state->Frames - size ? 0 : start;
        _state->Next = start + size;
        token = Arena.FirstFrame + start;
        return true;
    }

    public bool TryFree(uint token, int order) => true;

    public bool IsWhole(uint frames) => true;

    private struct State
    {
        public uint Next;
        public uint Frames;
    }
}
