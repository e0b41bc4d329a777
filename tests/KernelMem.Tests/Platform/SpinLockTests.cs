using System.Threading;
using KernelMem.Platform;
using SpinLock = KernelMem.Platform.SpinLock;

namespace KernelMem.Tests.Platform;

[TestClass]
public sealed class SpinLockTests
{
    private const int Threads = 4;
    private const int Rounds = 3_000;

    private readonly Meeting _meeting = new();
    private SpinLock _lock;
    private long _counter;
    private int _inside;

    [TestMethod]
    public void Only_one_thread_is_inside_and_no_increment_is_lost()
    {
        Contention.Run(Threads, number =>
        {
            FakePlatform platform = FakePlatform.Create(number);
            for (int round = 0; round < Rounds; round++)
            {
                _meeting.Arrive();
                SpinLockGuard<FakePlatform> guard = _lock.Acquire(platform);
                Critical(platform);
                guard.Release();
            }
        });

        Assert.AreEqual((long)Threads * Rounds, _counter);
        Assert.IsFalse(_lock.IsHeld);
    }

    [TestMethod]
    public void Only_one_thread_is_inside_however_it_came_in()
    {
        Contention.Run(Threads, number =>
        {
            FakePlatform platform = FakePlatform.Create(number, interruptsEnabled: number % 2 == 0);
            for (int round = 0; round < Rounds; round++)
            {
                _meeting.Arrive();
                SpinLockGuard<FakePlatform> guard;
                if (number % 2 != 0)
                {
                    guard = _lock.AcquireInterruptsDisabled(platform);
                }
                else
                {
                    while (!_lock.TryAcquire(platform, out guard))
                        Thread.Yield();
                }

                using (guard)
                    Critical(platform);
            }
        });

        Assert.AreEqual((long)Threads * Rounds, _counter);
        Assert.IsFalse(_lock.IsHeld);
    }

    [TestMethod]
    public void Without_the_lock_increments_are_lost()
    {
        // The control: if the threads did not really interleave, the tests above would prove nothing.
        for (int attempt = 0; attempt < 10; attempt++)
        {
            _counter = 0;
            Contention.Run(Threads, _ =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    _meeting.Arrive();
                    Increment();
                }
            });
            if (_counter < (long)Threads * Rounds)
                return;
        }

        Assert.Fail("the threads never met");
    }

    [TestMethod]
    public void Interrupts_are_off_before_the_lock_is_taken_and_on_after_it_is_open()
    {
        FakePlatform platform = FakePlatform.Create();
        SpinLockGuard<FakePlatform> guard = _lock.Acquire(platform);
        Assert.IsFalse(platform.InterruptsEnabled);
        Assert.IsTrue(_lock.IsHeld);
        guard.Release();
        Assert.IsTrue(platform.InterruptsEnabled);
        CollectionAssert.AreEqual(new[] { "save", "restore on" }, platform.Log);
    }

    [TestMethod]
    public unsafe void The_order_of_interrupts_and_lock_is_seen_from_the_platform()
    {
        fixed (SpinLock* spinLock = &_lock)
        {
            var platform = new WitnessPlatform(spinLock);
            SpinLockGuard<WitnessPlatform> guard = spinLock->Acquire(platform);
            guard.Release();
            SpinLockGuard<WitnessPlatform> second;
            Assert.IsTrue(spinLock->TryAcquire(platform, out second));
            second.Release();
        }
    }

    [TestMethod]
    public void Interrupts_that_were_off_stay_off()
    {
        FakePlatform platform = FakePlatform.Create(interruptsEnabled: false);
        _lock.Acquire(platform).Release();
        Assert.IsFalse(platform.InterruptsEnabled);
        CollectionAssert.AreEqual(new[] { "save", "restore off" }, platform.Log);
    }

    [TestMethod]
    public void Nested_locks_restore_interrupts_with_the_outermost()
    {
        SpinLock inner = default;
        FakePlatform platform = FakePlatform.Create();
        SpinLockGuard<FakePlatform> outerGuard = _lock.Acquire(platform);
        SpinLockGuard<FakePlatform> innerGuard = inner.Acquire(platform);
        innerGuard.Release();
        Assert.IsFalse(platform.InterruptsEnabled);
        outerGuard.Release();
        Assert.IsTrue(platform.InterruptsEnabled);
    }

    [TestMethod]
    public void The_form_for_disabled_interrupts_does_not_touch_them()
    {
        FakePlatform platform = FakePlatform.Create(interruptsEnabled: false);
        SpinLockGuard<FakePlatform> guard = _lock.AcquireInterruptsDisabled(platform);
        Assert.IsTrue(_lock.IsHeld);
        guard.Release();
        Assert.IsFalse(_lock.IsHeld);
        Assert.IsFalse(platform.InterruptsEnabled);
        Assert.DoesNotContain("save", platform.Log);
        Assert.DoesNotContain("restore on", platform.Log);
    }

    [TestMethod]
    public void TryAcquire_takes_an_open_lock_only_and_leaves_interrupts_as_they_were()
    {
        FakePlatform first = FakePlatform.Create(0);
        FakePlatform second = FakePlatform.Create(1);
        Assert.IsTrue(_lock.TryAcquire(first, out SpinLockGuard<FakePlatform> guard));
        Assert.IsTrue(guard.IsHeld);
        Assert.IsFalse(_lock.TryAcquire(second, out SpinLockGuard<FakePlatform> none));
        Assert.IsFalse(none.IsHeld);
        Assert.IsTrue(second.InterruptsEnabled);
        guard.Release();
        Assert.IsTrue(_lock.TryAcquire(second, out guard));
        guard.Release();
        Assert.IsFalse(_lock.IsHeld);
    }

    [TestMethod]
    public void The_lock_knows_its_holder()
    {
        FakePlatform platform = FakePlatform.Create(cpu: 3);
        Assert.IsFalse(_lock.IsHeldBy(new CpuId(0)));
        SpinLockGuard<FakePlatform> guard = _lock.Acquire(platform);
        Assert.IsTrue(_lock.IsHeldBy(new CpuId(3)));
        Assert.IsFalse(_lock.IsHeldBy(new CpuId(0)));
        guard.Release();
        Assert.IsFalse(_lock.IsHeldBy(new CpuId(3)));
        Assert.IsTrue(_lock.TryAcquire(platform, out guard));
        Assert.IsTrue(_lock.IsHeldBy(new CpuId(3)));
        guard.Release();
    }

    [TestMethod]
    public void Taking_it_twice_on_one_CPU_panics_instead_of_hanging()
    {
        FakePlatform platform = FakePlatform.Create();
        SpinLockGuard<FakePlatform> guard = _lock.Acquire(platform);
        Assert.ThrowsExactly<PanicException>(() => _lock.Acquire(platform).Release());
        Assert.ThrowsExactly<PanicException>(() => _lock.AcquireInterruptsDisabled(platform).Release());
        Assert.IsFalse(_lock.TryAcquire(platform, out _));
        guard.Release();
    }

    [TestMethod]
    public void A_guard_releases_once()
    {
        FakePlatform platform = FakePlatform.Create();
        SpinLockGuard<FakePlatform> guard = _lock.Acquire(platform);
        guard.Release();
        guard.Dispose();
        Assert.IsFalse(guard.IsHeld);
        CollectionAssert.AreEqual(new[] { "save", "restore on" }, platform.Log);
        Assert.ThrowsExactly<PanicException>(() =>
        {
            SpinLockGuard<FakePlatform> twice = _lock.Acquire(platform);
            twice.Release();
            twice.Release();
        });
        Assert.ThrowsExactly<PanicException>(() =>
        {
            SpinLockGuard<FakePlatform> nothing = default;
            nothing.Release();
        });
        default(SpinLockGuard<FakePlatform>).Dispose();
    }

    [TestMethod]
    public void Waiters_are_served_in_the_order_they_came()
    {
        var order = new System.Collections.Generic.List<int>();
        FakePlatform holder = FakePlatform.Create(0);
        SpinLockGuard<FakePlatform> guard = _lock.Acquire(holder);
        var waiters = new Contention();
        for (int number = 0; number < 3; number++)
        {
            int own = number;
            var arriving = new ArrivalPlatform(own + 1);
            waiters.Start(() =>
            {
                SpinLockGuard<ArrivalPlatform> mine = _lock.Acquire(arriving);
                order.Add(own);
                mine.Release();
            });

            // The next one comes only when this one waits with its ticket drawn.
            Assert.IsTrue(arriving.WaitUntilPausing());
        }

        guard.Release();
        waiters.Join();
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, order);
    }

    /// <summary>A read, a chance for the others, a write: exact only if nobody else is inside.</summary>
    private void Critical(FakePlatform platform)
    {
        Assert.AreEqual(1, Interlocked.Increment(ref _inside));
        Assert.IsTrue(_lock.IsHeldBy(platform.CurrentCpu));
        Assert.IsFalse(platform.InterruptsEnabled);
        Increment();
        Assert.AreEqual(0, Interlocked.Decrement(ref _inside));
    }

    private void Increment()
    {
        // Every few times, someone else arrives in the worst place.
        long before = Volatile.Read(ref _counter);
        if (before % 32 == 0)
            _meeting.AwaitArrival();
        Volatile.Write(ref _counter, before + 1);
    }
}
