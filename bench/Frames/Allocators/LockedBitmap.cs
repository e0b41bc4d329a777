using System.Numerics;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>
/// A bitmap under a spin lock: first fit from a hint that rotates, word by word. A set bit is an allocated frame, and a free of
/// a clear one is refused.
/// </summary>
internal readonly unsafe struct LockedBitmap : IFrameBenchAllocator<LockedBitmap, uint>
{
    private const int WordBits = 64;
    private const int WordOrder = 6;

    private readonly State* _state;

    private LockedBitmap(State* state) => _state = state;

    public static LockedBitmap Create(ref Arena arena, uint frames)
    {
        State* state = arena.Take<State>(1);
        uint count = frames / WordBits;
        *state = new State { Words = arena.Take<ulong>(count), Count = count, Free = frames };
        for (uint i = 0; i < count; i++)
            state->Words[i] = 0;
        return new LockedBitmap(state);
    }

    public static uint FrameOf(uint token) => token;

    public LockedBitmap Enter(int thread) => this;

    public void Leave()
    {
    }

    public bool TryAllocate(int order, out uint token)
    {
        SpinLockGuard<BenchPlatform<Plain>> guard = _state->Lock.Acquire(default(BenchPlatform<Plain>));
        bool found = order < WordOrder ? TryTakeBits(order, out token) : TryTakeWords(order, out token);
        guard.Release();
        return found;
    }

    public bool TryFree(uint token, int order)
    {
        uint frame = token - Arena.FirstFrame;
        bool allocated;
        SpinLockGuard<BenchPlatform<Plain>> guard = _state->Lock.Acquire(default(BenchPlatform<Plain>));
        ulong* word = _state->Words + frame / WordBits;
        if (order < WordOrder)
        {
            ulong mask = ((1UL << (1 << order)) - 1) << (int)(frame % WordBits);
            allocated = (*word & mask) == mask;
            *word &= allocated ? ~mask : ulong.MaxValue;
        }
        else
        {
            allocated = IsAll(word, order, ulong.MaxValue);
            if (allocated)
                Fill(word, order, 0);
        }

        _state->Free += allocated ? 1u << order : 0;
        guard.Release();
        return allocated;
    }

    public bool IsWhole(uint frames)
    {
        for (uint i = 0; i < _state->Count; i++)
        {
            if (_state->Words[i] != 0)
                return false;
        }

        return _state->Free == frames;
    }

    private bool TryTakeBits(int order, out uint token)
    {
        State* state = _state;
        ulong* words = state->Words;
        uint at = state->Hint;
        for (uint turn = 0; turn < state->Count; turn++)
        {
            ulong starts = FreeRuns(~words[at], order);
            if (starts != 0)
            {
                int bit = BitOperations.TrailingZeroCount(starts);
                words[at] |= ((1UL << (1 << order)) - 1) << bit;
                state->Hint = at;
                state->Free -= 1u << order;
                token = Arena.FirstFrame + at * WordBits + (uint)bit;
                return true;
            }

            at++;
            if (at == state->Count)
                at = 0;
        }

        token = 0;
        return false;
    }

    private bool TryTakeWords(int order, out uint token)
    {
        State* state = _state;
        uint run = 1u << (order - WordOrder);
        uint at = state->Hint & ~(run - 1);
        for (uint turn = 0; turn < state->Count; turn += run)
        {
            if (IsAll(state->Words + at, order, 0))
            {
                Fill(state->Words + at, order, ulong.MaxValue);
                state->Hint = at;
                state->Free -= 1u << order;
                token = Arena.FirstFrame + at * WordBits;
                return true;
            }

            at += run;
            if (at >= state->Count)
                at = 0;
        }

        token = 0;
        return false;
    }

    // The bits at which an aligned run of 2^order free frames starts.
    private static ulong FreeRuns(ulong free, int order)
    {
        switch (order)
        {
            case 0:
                return free;
            case 1:
                return free & (free >> 1) & 0x5555_5555_5555_5555;
            case 2:
                free &= free >> 1;
                return free & (free >> 2) & 0x1111_1111_1111_1111;
            case 3:
                free &= free >> 1;
                free &= free >> 2;
                return free & (free >> 4) & 0x0101_0101_0101_0101;
            case 4:
                free &= free >> 1;
                free &= free >> 2;
                free &= free >> 4;
                return free & (free >> 8) & 0x0001_0001_0001_0001;
            default:
                return ((uint)free == uint.MaxValue ? 1UL : 0) | ((free >> 32) == uint.MaxValue ? 1UL << 32 : 0);
        }
    }

    private static bool IsAll(ulong* words, int order, ulong value)
    {
        for (int i = 0; i < 1 << (order - WordOrder); i++)
        {
            if (words[i] != value)
                return false;
        }

        return true;
    }

    private static void Fill(ulong* words, int order, ulong value)
    {
        for (int i = 0; i < 1 << (order - WordOrder); i++)
            words[i] = value;
    }

    private struct State
    {
        public SpinLock Lock;
        public ulong* Words;
        public uint Count;
        public uint Hint;
        public uint Free;
    }
}
