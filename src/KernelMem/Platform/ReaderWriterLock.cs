using System.Diagnostics.CodeAnalysis;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>
/// A spinning lock that many readers may hold together, or one writer alone. <c>default</c> is an open lock.
/// </summary>
/// <remarks>
/// <para>It prefers writers: as long as one waits, no new reader comes in, so that a stream of readers cannot keep writers out.
/// Writers among themselves come in no particular order.</para>
/// <para>Interrupts are off as long as the lock is held. It is not recursive, not even for reading: the second read would wait
/// for a writer that waits for the first. Never copy a lock.</para>
/// </remarks>
public struct ReaderWriterLock
{
    /// <summary>In <see cref="_state"/>: a writer holds the lock. The rest is the number of readers that hold it.</summary>
    private const uint Writer = 1U << 31;

    private uint _state;
    private uint _waitingWriters;

    /// <summary>Whether a writer holds the lock. For assertions: it may change at once.</summary>
    public readonly bool IsHeldForWriting => Atomic.Load(in _state) == Writer;

    /// <summary>How many readers hold the lock. For assertions: it may change at once.</summary>
    public readonly int ReaderCount => (int)(Atomic.Load(in _state) & ~Writer);

    /// <summary>Whether anyone holds the lock. For assertions: it may change at once.</summary>
    public readonly bool IsHeld => Atomic.Load(in _state) != 0;

    /// <summary>Turns interrupts off, waits until no writer has or wants the lock, and takes it for reading.</summary>
    [UnscopedRef]
    public ReadGuard<TPlatform> AcquireRead<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        InterruptState interrupts = platform.SaveInterrupts();
        while (!TryEnterRead())
            platform.Pause();
        return new ReadGuard<TPlatform>(ref this, platform, interrupts);
    }

    /// <summary>Takes the lock for reading if no writer has or wants it.</summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="guard">The guard, if the lock was taken; otherwise one that guards nothing.</param>
    /// <returns>Whether the lock was taken. If not, interrupts are as they were.</returns>
    [UnscopedRef]
    public bool TryAcquireRead<TPlatform>(TPlatform platform, out ReadGuard<TPlatform> guard)
        where TPlatform : unmanaged, IPlatform
    {
        InterruptState interrupts = platform.SaveInterrupts();

        // Losing to another reader is no reason to give up.
        bool entered = TryEnterRead();
        while (!entered && !IsWantedForWriting)
            entered = TryEnterRead();

        if (!entered)
        {
            platform.RestoreInterrupts(interrupts);
            guard = default;
            return false;
        }

        guard = new ReadGuard<TPlatform>(ref this, platform, interrupts);
        return true;
    }

    /// <summary>Turns interrupts off, waits until nobody holds the lock, and takes it for writing.</summary>
    [UnscopedRef]
    public WriteGuard<TPlatform> AcquireWrite<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        InterruptState interrupts = platform.SaveInterrupts();
        Atomic.FetchAdd(ref _waitingWriters, 1);
        while (!TryEnterWrite())
            platform.Pause();
        Atomic.FetchAdd(ref _waitingWriters, uint.MaxValue);
        return new WriteGuard<TPlatform>(ref this, platform, interrupts);
    }

    /// <summary>Takes the lock for writing if nobody holds it.</summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="guard">The guard, if the lock was taken; otherwise one that guards nothing.</param>
    /// <returns>Whether the lock was taken. If not, interrupts are as they were.</returns>
    [UnscopedRef]
    public bool TryAcquireWrite<TPlatform>(TPlatform platform, out WriteGuard<TPlatform> guard)
        where TPlatform : unmanaged, IPlatform
    {
        InterruptState interrupts = platform.SaveInterrupts();
        if (!TryEnterWrite())
        {
            platform.RestoreInterrupts(interrupts);
            guard = default;
            return false;
        }

        guard = new WriteGuard<TPlatform>(ref this, platform, interrupts);
        return true;
    }

    /// <summary>A reader leaves.</summary>
    internal void LeaveRead()
    {
        uint before = Atomic.FetchAdd(ref _state, uint.MaxValue);
        Panic.Assert((before & ~Writer) != 0, "ReaderWriterLock: released by a reader that does not hold it");
    }

    /// <summary>The writer leaves.</summary>
    internal void LeaveWrite()
    {
        Panic.Assert(Atomic.Load(in _state) == Writer, "ReaderWriterLock: released by a writer that does not hold it");
        Atomic.Store(ref _state, 0);
    }

    private readonly bool IsWantedForWriting =>
        Atomic.Load(in _waitingWriters) != 0 || (Atomic.Load(in _state) & Writer) != 0;

    private bool TryEnterRead()
    {
        uint state = Atomic.Load(in _state);
        return !IsWantedForWriting
            && (state & Writer) == 0
            && Atomic.TryCompareExchange(ref _state, state, state + 1);
    }

    private bool TryEnterWrite() => Atomic.TryCompareExchange(ref _state, 0, Writer);
}
