namespace Benchmarks;

/// <summary>Counts and gives out the count: what remains is the cost of the workload itself.</summary>
internal readonly unsafe struct NullAllocator : IFrameBenchAllocator<NullAllocator, uint>
{
    private readonly uint* _next;

    private NullAllocator(uint* next) => _next = next;

    public static NullAllocator Create(ref Arena arena, uint frames)
    {
        uint* next = arena.Take<uint>(1);
        *next = Arena.FirstFrame;
        return new NullAllocator(next);
    }

    public static uint FrameOf(uint token) => token;

    public NullAllocator Enter(int thread) => this;

    public void Leave()
    {
    }

    public bool TryAllocate(int order, out uint token)
    {
        token = (*_next)++;
        return true;
    }

    public bool TryFree(uint token, int order) => true;

    public bool IsWhole(uint frames) => true;
}
