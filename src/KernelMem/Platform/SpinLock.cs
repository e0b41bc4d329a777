using System.Diagnostics.CodeAnalysis;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>
/// A lock that waits by spinning, for data that CPUs and their interrupt handlers share for a short time. <c>default</c> is
/// an open lock.
/// </summary>
/// <remarks>
/// <para>It is a ticket lock: CPUs are served in the order in which they came, so none starves, and a release is one store.
/// (Under many waiters a queue lock would move less cache traffic; the library's critical sections are short, and its hot
/// paths take no lock.)</para>
/// <para><b>Interrupts.</b> <see cref="Acquire"/> turns them off before it takes a ticket and the guard restores them after the
/// lock is open again, so that no handler on the same CPU can wait for the code it interrupted.
/// <see cref="AcquireInterruptsDisabled"/> is for code that runs with interrupts off in any case, e.g. a handler.</para>
/// <para><b>Release.</b> Call <see cref="SpinLockGuard{TPlatform}.Release"/> on every path; <c>using</c> works too where the
/// kernel runs <c>finally</c> blocks. The lock is not recursive: taking it twice on one CPU panics instead of hanging.</para>
/// <para>Never copy a lock: keep it in place and go to it by reference.</para>
/// </remarks>
public struct SpinLock
{
    private uint _nextTicket;
    private uint _nowServing;

    /// <summary>The number of the holding CPU plus one; 0 when there is none.</summary>
    private int _owner;

    /// <summary>Whether someone holds the lock or is about to. For assertions: it may change at once.</summary>
    public readonly bool IsHeld => Atomic.Load(in _nextTicket) != Atomic.Load(in _nowServing);

    /// <summary>Whether <paramref name="cpu"/> holds the lock. Reliable when asked by that CPU, with interrupts off.</summary>
    public readonly bool IsHeldBy(CpuId cpu) => Atomic.Load(in _owner) == cpu.Value + 1;

    /// <summary>Turns interrupts off, waits for the lock, and takes it.</summary>
    [UnscopedRef]
    public SpinLockGuard<TPlatform> Acquire<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        InterruptState interrupts = platform.SaveInterrupts();
        Enter(platform);
        return new SpinLockGuard<TPlatform>(ref this, platform, interrupts);
    }

    /// <summary>
    /// Waits for the lock and takes it, where interrupts are off already; the guard leaves them off. With interrupts on, a
    /// handler that wants the same lock would wait for ever.
    /// </summary>
    [UnscopedRef]
    public SpinLockGuard<TPlatform> AcquireInterruptsDisabled<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        Enter(platform);
        return new SpinLockGuard<TPlatform>(ref this, platform, InterruptState.Disabled);
    }

    /// <summary>Takes the lock, with interrupts off, if nobody holds it or waits for it.</summary>
    /// <param name="platform">The CPU.</param>
    /// <param name="guard">The guard, if the lock was taken; otherwise one that guards nothing.</param>
    /// <returns>Whether the lock was taken. If not, interrupts are as they were.</returns>
    [UnscopedRef]
    public bool TryAcquire<TPlatform>(TPlatform platform, out SpinLockGuard<TPlatform> guard)
        where TPlatform : unmanaged, IPlatform
    {
        InterruptState interrupts = platform.SaveInterrupts();

        // The ticket that is served next is free exactly if no one has drawn it.
        uint ticket = Atomic.Load(in _nowServing);
        if (!Atomic.TryCompareExchange(ref _nextTicket, ticket, unchecked(ticket + 1)))
        {
            platform.RestoreInterrupts(interrupts);
            guard = default;
            return false;
        }

        Atomic.Store(ref _owner, platform.CurrentCpu.Value + 1);
        guard = new SpinLockGuard<TPlatform>(ref this, platform, interrupts);
        return true;
    }

    /// <summary>Opens the lock for the next ticket.</summary>
    internal void Leave()
    {
        Atomic.Store(ref _owner, 0);

        // Only the holder writes this, so a store is enough; it releases what the holder wrote.
        Atomic.Store(ref _nowServing, unchecked(Atomic.Load(in _nowServing) + 1));
    }

    /// <summary>Waits for the lock and takes it, with interrupts off; <see cref="Leave"/> opens it.</summary>
    internal void Enter<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        CpuId cpu = platform.CurrentCpu;
        Panic.Assert(!IsHeldBy(cpu), "SpinLock: taken twice by one CPU");

        uint ticket = Atomic.FetchAdd(ref _nextTicket, 1);
        while (Atomic.Load(in _nowServing) != ticket)
            platform.Pause();

        Atomic.Store(ref _owner, cpu.Value + 1);
    }
}
