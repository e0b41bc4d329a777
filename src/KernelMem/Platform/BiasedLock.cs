using System.Runtime.CompilerServices;

namespace KernelMem.Platform;

/// <summary>
/// A lock that belongs to one CPU: its owner takes it with two plain stores and a load; any other CPU has to revoke it first, which
/// is slow. For per-CPU data that others need once in a blue moon. <c>default</c> is an open lock.
/// </summary>
/// <remarks>
/// <para>It is Dekker's handshake, lopsided: the owner says "busy" and then looks whether it was revoked; a revoker says
/// "revoked" and then looks whether the owner is busy. Between the two steps of each there must be a full barrier. The revoker has
/// one, and has <see cref="IPlatform.FenceRemotely"/> put one into the owner's CPU too. Where a platform cannot do that, the owner
/// fences itself (Dice, Huang, Yang: Asymmetric Dekker Synchronization, 2001).</para>
/// <para>The owner enters with interrupts off, never waits, and is refused while the lock is revoked: it needs another way. Revokers
/// exclude each other by a lock of their own, and run with interrupts off. None of this may be entered from an NMI handler.</para>
/// </remarks>
internal struct BiasedLock
{
    private uint _busy;
    private uint _revoked;

    /// <summary>Whether the owner is refused for one of some reasons.</summary>
    public readonly bool IsRevokedFor(uint reasons) => (Atomic.Load(in _revoked) & reasons) != 0;

    /// <summary>Enters, as the owner, with interrupts off.</summary>
    /// <param name="fence">Whether the owner fences itself: other CPUs exist, and the platform cannot fence remotely.</param>
    /// <returns>False while revoked.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(bool fence)
    {
        Atomic.Store(ref _busy, 1);
        if (fence)
            Atomic.Fence();

        if (Atomic.Load(in _revoked) == 0)
            return true;

        Atomic.Store(ref _busy, 0);
        return false;
    }

    /// <summary>Leaves, as the owner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave() => Atomic.Store(ref _busy, 0);

    /// <summary>Refuses the owner from now on. Fence remotely, and then <see cref="AwaitOwner"/>, before what is guarded is touched.</summary>
    /// <param name="reasons">One bit for each reason; the lock opens when all are gone.</param>
    public void Revoke(uint reasons) => Atomic.FetchOr(ref _revoked, reasons);

    /// <summary>Waits until the owner has left.</summary>
    public readonly void AwaitOwner<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        while (Atomic.Load(in _busy) != 0)
            platform.Pause();
    }

    /// <summary>Takes reasons back.</summary>
    public void Restore(uint reasons) => Atomic.FetchAnd(ref _revoked, ~reasons);
}
