using System.Runtime.CompilerServices;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace Benchmarks;

/// <summary>
/// The plainest mapper: each operation walks from the root, and looks whether something is there; tables come from a bump allocator, zeroed.
/// Nothing is checked or counted beyond that.
/// </summary>
internal readonly unsafe partial struct PlainSpace<TKind> : IPageBenchSpace<PlainSpace<TKind>>
    where TKind : unmanaged, IPlainKind
{
    private const int RootShift = 39;
    private const int IndexBits = 9;
    private const uint Entries = 512;
    private const uint WrongPage = 7;
    private const ulong Present = 1;
    private const ulong Writable = 2;
    private const ulong PageSize = 0x80;
    private const ulong NoExecute = 1UL << 63;
    private const ulong AddressBits = 0x000F_FFFF_FFFF_F000;

    private readonly State* _state;

    private PlainSpace(State* state) => _state = state;

    public static PlainSpace<TKind> Create(ref Arena arena, uint tableFrames)
    {
        State* state = arena.Take<State>(1);
        TableMemory memory = new(ref arena, tableFrames);
        *state = new State { Start = (ulong)memory.Start, Zero = (ulong)memory.PhysicalZero };
        PlainSpace<TKind> space = new(state);
        space.Reset();
        return space;
    }

    public TableReader Reader => new((byte*)_state->Zero, _state->Start - _state->Zero);

    public bool Clear(in Work work)
    {
        if (TKind.Error == Error.Table)
            return true;
        SpinLockGuard<BenchPlatform<Plain>> guard = _state->Lock.Acquire(default(BenchPlatform<Plain>));
        Reset();
        guard.Release();
        return true;
    }

    public bool IsClear() => IsEmpty((ulong*)_state->Start);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Map<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += TryMap<TSize>(work.Virtual + (i * TSize.Bytes), work.Physical + (i * TSize.Bytes)) ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Unmap<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += TryUnmap<TSize>(work.Virtual + (i * TSize.Bytes)) ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool UnmapInOrder(in Work work)
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += TryUnmap<Size4KiB>(work.Virtual + (work.Order[i] * Size4KiB.Bytes)) ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Protect(in Work work)
    {
        uint done = 0;
        for (uint i = 0; i < work.Pages; i++)
            done += TryProtect(work.Virtual + (i * Size4KiB.Bytes)) ? 1u : 0;
        return done == work.Pages;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public ulong Translate<TSize>(in Work work)
        where TSize : unmanaged, IPageSize
    {
        ulong sum = 0;
        for (uint i = 0; i < work.Pages; i++)
            sum = unchecked(sum + TranslateOne(work.Virtual + (i * TSize.Bytes)));
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public ulong TranslateInOrder(in Work work)
    {
        ulong sum = 0;
        for (uint i = 0; i < work.Pages; i++)
            sum = unchecked(sum + TranslateOne(work.Virtual + (work.Order[i] * Size4KiB.Bytes)));
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryMap<TSize>(ulong address, ulong physical)
        where TSize : unmanaged, IPageSize
    {
        SpinLockGuard<BenchPlatform<Plain>> guard = TKind.Locks ? _state->Lock.Acquire(default(BenchPlatform<Plain>)) : default;
        ulong* table = (ulong*)_state->Start;
        for (int shift = RootShift; shift > TSize.Shift; shift -= IndexBits)
        {
            ulong* place = table + ((address >> shift) & (Entries - 1));
            if ((*place & Present) == 0)
                *place = MakeTable() | Present | Writable;
            table = (ulong*)(_state->Zero + (*place & AddressBits));
        }

        ulong* slot = table + ((address >> TSize.Shift) & (Entries - 1));
        bool isFree = (*slot & Present) == 0;
        if (isFree)
            *slot = PageEntry<TSize>(address, physical);
        if (TKind.Locks)
            guard.Release();
        return isFree;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PageEntry<TSize>(ulong address, ulong physical)
        where TSize : unmanaged, IPageSize
    {
        if (TKind.Error == Error.Frame && IsWrongPage<TSize>(address))
            physical += TSize.Bytes;
        return physical | Present | Writable | NoExecute | (TSize.Shift == Size4KiB.Shift ? 0 : PageSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryUnmap<TSize>(ulong address)
        where TSize : unmanaged, IPageSize
    {
        SpinLockGuard<BenchPlatform<Plain>> guard = TKind.Locks ? _state->Lock.Acquire(default(BenchPlatform<Plain>)) : default;
        bool found = TryFind<TSize>(address, out ulong* slot) && (*slot & Present) != 0;
        if (found && !(TKind.Error == Error.Rest && IsWrongPage<TSize>(address)))
            *slot = 0;
        if (TKind.Locks)
            guard.Release();
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryProtect(ulong address)
    {
        SpinLockGuard<BenchPlatform<Plain>> guard = TKind.Locks ? _state->Lock.Acquire(default(BenchPlatform<Plain>)) : default;
        bool found = TryFind<Size4KiB>(address, out ulong* slot) && (*slot & Present) != 0;
        if (found && !(TKind.Error == Error.Right && IsWrongPage<Size4KiB>(address)))
            *slot &= ~Writable;
        if (TKind.Locks)
            guard.Release();
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFind<TSize>(ulong address, out ulong* slot)
        where TSize : unmanaged, IPageSize
    {
        slot = null;
        ulong* table = (ulong*)_state->Start;
        for (int shift = RootShift; shift > TSize.Shift; shift -= IndexBits)
        {
            ulong entry = table[(address >> shift) & (Entries - 1)];
            if ((entry & (Present | PageSize)) != Present)
                return false;
            table = (ulong*)(_state->Zero + (entry & AddressBits));
        }

        slot = table + ((address >> TSize.Shift) & (Entries - 1));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong TranslateOne(ulong address)
    {
        SpinLockGuard<BenchPlatform<Plain>> guard = TKind.Locks ? _state->Lock.Acquire(default(BenchPlatform<Plain>)) : default;
        ulong result = 1;
        ulong* table = (ulong*)_state->Start;
        for (int shift = RootShift; shift >= Size4KiB.Shift; shift -= IndexBits)
        {
            ulong entry = table[(address >> shift) & (Entries - 1)];
            if ((entry & Present) == 0)
                break;
            if (shift == Size4KiB.Shift || (entry & PageSize) != 0)
            {
                ulong offset = (1UL << shift) - 1;
                result = (entry & AddressBits & ~offset) | (address & offset);
                break;
            }

            table = (ulong*)(_state->Zero + (entry & AddressBits));
        }

        if (TKind.Locks)
            guard.Release();
        return result;
    }

    // One in a table.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWrongPage<TSize>(ulong address)
        where TSize : unmanaged, IPageSize => ((address >> TSize.Shift) & (Entries - 1)) == WrongPage;

    private ulong TakeTable()
    {
        ulong table = _state->Next;
        _state->Next += Frame.Size;
        return table - _state->Zero;
    }

    private ulong MakeTable()
    {
        ulong physical = TakeTable();
        ulong* table = (ulong*)(_state->Zero + physical);
        for (uint i = 0; i < Entries; i++)
            table[i] = 0;
        return physical;
    }

    private void Reset()
    {
        _state->Next = _state->Start;
        _ = MakeTable();
    }

    // SAFETY of every use of _state: Create took it from the arena, and the tables lie behind Start.
    private struct State
    {
        public ulong Start;
        public ulong Zero;
        public ulong Next;
        public SpinLock Lock;
    }
}
