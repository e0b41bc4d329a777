using System.Numerics;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>
/// A buddy system under a spin lock: orders 0 to 10, free blocks on lists in a table beside the memory. A free of what is not the
/// start of an allocated block of that order is refused.
/// </summary>
internal readonly unsafe struct LockedBuddy : IFrameBenchAllocator<LockedBuddy, uint>
{
    private const int MaxOrder = 10;
    private const uint None = uint.MaxValue;
    private const byte Inside = 0;
    private const byte FreeBlock = 0x40;                    // plus the order
    private const byte AllocatedBlock = 0x80;               // plus the order

    private readonly State* _state;

    private LockedBuddy(State* state) => _state = state;

    public static LockedBuddy Create(ref Arena arena, uint frames)
    {
        State* state = arena.Take<State>(1);
        *state = new State { Links = arena.Take<Link>(frames), Kinds = arena.Take<byte>(frames), Frames = frames };
        for (int order = 0; order <= MaxOrder; order++)
            state->Heads[order] = None;
        for (uint i = 0; i < frames; i++)
            state->Kinds[i] = Inside;
        const uint Largest = 1u << MaxOrder;
        for (uint i = frames; i >= Largest; i -= Largest)
            Insert(state, i - Largest, MaxOrder);
        state->Free = frames;
        return new LockedBuddy(state);
    }

    public static uint FrameOf(uint token) => token;

    public LockedBuddy Enter(int thread) => this;

    public void Leave()
    {
    }

    public bool TryAllocate(int order, out uint token)
    {
        State* state = _state;
        SpinLockGuard<BenchPlatform<Plain>> guard = state->Lock.Acquire(default(BenchPlatform<Plain>));
        uint orders = state->Orders >> order << order;
        bool found = orders != 0;
        token = 0;
        if (found)
        {
            int from = BitOperations.TrailingZeroCount(orders);
            uint start = state->Heads[from];
            Remove(state, start, from);
            while (from > order)
            {
                from--;
                Insert(state, start + (1u << from), from);
            }

            state->Kinds[start] = (byte)(AllocatedBlock | order);
            state->Free -= 1u << order;
            token = Arena.FirstFrame + start;
        }

        guard.Release();
        return found;
    }

    public bool TryFree(uint token, int order)
    {
        State* state = _state;
        uint start = token - Arena.FirstFrame;
        SpinLockGuard<BenchPlatform<Plain>> guard = state->Lock.Acquire(default(BenchPlatform<Plain>));
        bool allocated = start < state->Frames && state->Kinds[start] == (AllocatedBlock | order);
        if (allocated)
        {
            state->Free += 1u << order;
            state->Kinds[start] = Inside;
            while (order < MaxOrder)
            {
                uint buddy = start ^ (1u << order);
                if (state->Kinds[buddy] != (FreeBlock | order))
                    break;
                Remove(state, buddy, order);
                start &= ~(1u << order);
                order++;
            }

            Insert(state, start, order);
        }

        guard.Release();
        return allocated;
    }

    public bool IsWhole(uint frames)
    {
        uint blocks = 0;
        for (uint at = _state->Heads[MaxOrder]; at != None; at = _state->Links[at].Next)
            blocks++;
        return _state->Free == frames && blocks == frames >> MaxOrder;
    }

    private static void Insert(State* state, uint start, int order)
    {
        uint head = state->Heads[order];
        state->Kinds[start] = (byte)(FreeBlock | order);
        state->Links[start] = new Link { Next = head, Previous = None };
        if (head != None)
            state->Links[head].Previous = start;
        state->Heads[order] = start;
        state->Orders |= 1u << order;
    }

    private static void Remove(State* state, uint start, int order)
    {
        Link link = state->Links[start];
        state->Kinds[start] = Inside;
        if (link.Next != None)
            state->Links[link.Next].Previous = link.Previous;
        if (link.Previous != None)
            state->Links[link.Previous].Next = link.Next;
        else
            state->Heads[order] = link.Next;
        if (state->Heads[order] == None)
            state->Orders &= ~(1u << order);
    }

    private struct Link
    {
        public uint Next;
        public uint Previous;
    }

    private struct State
    {
        public SpinLock Lock;
        public Link* Links;
        public byte* Kinds;
        public uint Frames;
        public uint Free;
        public uint Orders;                                 // bit n: the list of order n is not empty
        public fixed uint Heads[MaxOrder + 1];
    }
}
