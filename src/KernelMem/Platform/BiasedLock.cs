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
/// <para>The owner enters with interrupts off, never waits, and is refused while the lock is revoked: it needs another way. While it is
/// inside it must not wait for anybody, as revokers wait for it. Several may revoke at once; they share what they then touch out
/// among themselves.</para>
/// </remarks>
internal struct BiasedLock
{
    private uint _busy;
    private uint _revokers;

    /// <summary>Whether the owner is inside. For the owner: others see it change at any time.</summary>
    public readonly bool IsHeld
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Atomic.Load(in _busy) != 0;
    }

    /// <summary>Enters, as the owner, with interrupts off.</summary>
    /// <param name="fence">Whether the owner fences itself: other CPUs exist, and the platform cannot fence remotely.</param>
    /// <returns>False while revoked.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(bool fence)
    {
        Atomic.Store(ref _busy, 1);
        if (fence)
            Atomic.Fence();

        if (Atomic.Load(in _revokers) == 0)
            return true;

        Atomic.Store(ref _busy, 0);
        return false;
    }

    /// <summary>Leaves, as the owner, or does nothing if it was refused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave() => Atomic.Store(ref _busy, 0);

    /// <summary>Refuses the owner from now on. Fence remotely, and then <see cref="AwaitOwner"/>, before what is guarded is touched.</summary>
    public void Revoke() => Atomic.FetchAdd(ref _revokers, 1);

    /// <summary>Waits until the owner has left.</summary>
    public readonly void AwaitOwner<TPlatform>(TPlatform platform)
        where TPlatform : unmanaged, IPlatform
    {
        while (Atomic.Load(in _busy) != 0)
            platform.Pause();
    }

    /// <summary>Takes a <see cref="Revoke"/> back.</summary>
    public void Restore() => Atomic.FetchAdd(ref _revokers, uint.MaxValue);
}
