using KernelMem.Annotations;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>A <see cref="ReaderWriterLock"/> taken for reading: whoever has this owes its release.</summary>
/// <typeparam name="TPlatform">The CPU.</typeparam>
[MustUse("a dropped guard leaves the lock taken for ever")]
[Affine]
public ref struct ReadGuard<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    private readonly ref ReaderWriterLock _lock;
    private readonly TPlatform _platform;
    private readonly InterruptState _interrupts;
    private bool _held;

    internal ReadGuard(ref ReaderWriterLock readerWriterLock, TPlatform platform, InterruptState interrupts)
    {
        _lock = ref readerWriterLock;
        _platform = platform;
        _interrupts = interrupts;
        _held = true;
    }

    /// <summary>Whether the guard still holds the lock.</summary>
    public readonly bool IsHeld => _held;

    /// <summary>Gives the lock back, then restores interrupts. Panics when the guard holds nothing (any more).</summary>
    public void Release()
    {
        Panic.Assert(_held, "ReadGuard: released twice");
        _held = false;
        _lock.LeaveRead();
        _platform.RestoreInterrupts(_interrupts);
    }

    /// <summary>Releases the lock if the guard still holds it. For <c>using</c>, where the kernel runs <c>finally</c>.</summary>
    public void Dispose()
    {
        if (_held)
            Release();
    }
}
