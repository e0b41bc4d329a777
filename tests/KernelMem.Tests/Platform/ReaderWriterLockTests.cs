using System.Threading;
using KernelMem.Platform;
using ReaderWriterLock = KernelMem.Platform.ReaderWriterLock;

namespace KernelMem.Tests.Platform;

[TestClass]
public sealed class ReaderWriterLockTests
{
    private const int Threads = 4;
    private const int Rounds = 2_000;

    private readonly Meeting _meeting = new();
    private ReaderWriterLock _lock;
    private long _first;
    private long _second;
    private int _writersInside;
    private int _readersInside;

    [TestMethod]
    public void Writers_are_alone_and_readers_never_see_half_a_write()
    {
        Contention.Run(Threads, number =>
        {
            FakePlatform platform = FakePlatform.Create(number);
            for (int round = 0; round < Rounds; round++)
            {
                if (number < 2)
                    Write(platform, tryOnly: round % 2 == 1);
                else
                    Read(platform, tryOnly: round % 2 == 1);
            }
        });

        Assert.AreEqual(2L * Rounds, _first);
        Assert.AreEqual(2L * Rounds, _second);
        Assert.IsFalse(_lock.IsHeld);
    }

    [TestMethod]
    public void Readers_come_in_together()
    {
        FakePlatform first = FakePlatform.Create(0);
        FakePlatform second = FakePlatform.Create(1);
        ReadGuard<FakePlatform> one = _lock.AcquireRead(first);
        Assert.IsTrue(_lock.TryAcquireRead(second, out ReadGuard<FakePlatform> two));
        Assert.AreEqual(2, _lock.ReaderCount);
        Assert.IsFalse(_lock.IsHeldForWriting);
        Assert.IsFalse(_lock.TryAcquireWrite(second, out _));
        one.Release();
        Assert.AreEqual(1, _lock.ReaderCount);
        Assert.IsFalse(_lock.TryAcquireWrite(first, out _));
        two.Release();
        Assert.IsFalse(_lock.IsHeld);
        Assert.IsTrue(_lock.TryAcquireWrite(first, out WriteGuard<FakePlatform> writer));
        Assert.IsTrue(_lock.IsHeldForWriting);
        Assert.AreEqual(0, _lock.ReaderCount);
        Assert.IsFalse(_lock.TryAcquireRead(second, out _));
        Assert.IsFalse(_lock.TryAcquireWrite(second, out _));
        writer.Release();
        Assert.IsFalse(_lock.IsHeld);
    }

    [TestMethod]
    public void A_waiting_writer_keeps_new_readers_out_and_then_comes_in()
    {
        FakePlatform platform = FakePlatform.Create(0);
        ReadGuard<FakePlatform> reader = _lock.AcquireRead(platform);
        var arriving = new ArrivalPlatform(5);
        var writer = new Contention();
        writer.Start(() => _lock.AcquireWrite(arriving).Release());
        Assert.IsTrue(arriving.WaitUntilPausing());

        Assert.IsFalse(_lock.TryAcquireRead(platform, out _));
        reader.Release();
        writer.Join();
        Assert.IsTrue(_lock.TryAcquireRead(platform, out reader));
        reader.Release();
    }

    [TestMethod]
    public void Interrupts_are_off_while_it_is_held_and_come_back()
    {
        FakePlatform platform = FakePlatform.Create();
        ReadGuard<FakePlatform> reader = _lock.AcquireRead(platform);
        Assert.IsFalse(platform.InterruptsEnabled);
        reader.Release();
        Assert.IsTrue(platform.InterruptsEnabled);
        WriteGuard<FakePlatform> writer = _lock.AcquireWrite(platform);
        Assert.IsFalse(platform.InterruptsEnabled);

        FakePlatform other = FakePlatform.Create(1);
        Assert.IsFalse(_lock.TryAcquireRead(other, out ReadGuard<FakePlatform> noReader));
        Assert.IsFalse(_lock.TryAcquireWrite(other, out WriteGuard<FakePlatform> noWriter));
        Assert.IsFalse(noReader.IsHeld || noWriter.IsHeld);
        Assert.IsTrue(other.InterruptsEnabled);

        writer.Release();
        Assert.IsTrue(platform.InterruptsEnabled);
        CollectionAssert.AreEqual(new[] { "save", "restore on", "save", "restore on" }, platform.Log);
    }

    [TestMethod]
    public void Guards_release_once()
    {
        FakePlatform platform = FakePlatform.Create();
        using (ReadGuard<FakePlatform> reader = _lock.AcquireRead(platform))
            Assert.IsTrue(reader.IsHeld);
        using (WriteGuard<FakePlatform> writer = _lock.AcquireWrite(platform))
            Assert.IsTrue(writer.IsHeld);
        Assert.IsFalse(_lock.IsHeld);
        Assert.ThrowsExactly<PanicException>(() =>
        {
            ReadGuard<FakePlatform> twice = _lock.AcquireRead(platform);
            twice.Release();
            twice.Dispose();
            twice.Release();
        });
        Assert.ThrowsExactly<PanicException>(() =>
        {
            WriteGuard<FakePlatform> twice = _lock.AcquireWrite(platform);
            twice.Release();
            twice.Dispose();
            twice.Release();
        });
        Assert.IsFalse(_lock.IsHeld);
    }

    private void Write(FakePlatform platform, bool tryOnly)
    {
        _meeting.Arrive();
        WriteGuard<FakePlatform> guard;
        if (!tryOnly)
        {
            guard = _lock.AcquireWrite(platform);
        }
        else
        {
            while (!_lock.TryAcquireWrite(platform, out guard))
                Thread.Yield();
        }

        Assert.AreEqual(1, Interlocked.Increment(ref _writersInside));
        Assert.AreEqual(0, Volatile.Read(ref _readersInside));
        _first++;
        if (_first % 32 == 0)
            _meeting.AwaitArrival();
        _second++;
        Interlocked.Decrement(ref _writersInside);
        guard.Release();
    }

    private void Read(FakePlatform platform, bool tryOnly)
    {
        _meeting.Arrive();
        ReadGuard<FakePlatform> guard;
        if (!tryOnly)
        {
            guard = _lock.AcquireRead(platform);
        }
        else
        {
            while (!_lock.TryAcquireRead(platform, out guard))
                Thread.Yield();
        }

        Interlocked.Increment(ref _readersInside);
        Assert.AreEqual(0, Volatile.Read(ref _writersInside));
        long first = Volatile.Read(ref _first);
        if (first % 32 == 0)
            _meeting.AwaitArrival();
        Assert.AreEqual(first, Volatile.Read(ref _second));
        Interlocked.Decrement(ref _readersInside);
        guard.Release();
    }
}
