using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace KernelMem.Tests.Platform;

/// <summary>Real threads; what one of them throws, the test throws.</summary>
/// <remarks>They are in the background and have a time limit: a lock that never opens fails the test and does not hang it.</remarks>
internal sealed class Contention
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // After a failure the test takes the threads' memory away: those that can should have ended before.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly List<Thread> _threads = [];
    private ExceptionDispatchInfo? _failure;

    /// <summary>Runs threads that start together, and waits for them.</summary>
    public static void Run(int threads, Action<int> body)
    {
        var contention = new Contention();
        using var start = new Barrier(threads);
        for (int number = 0; number < threads; number++)
        {
            int own = number;
            contention.Start(() =>
            {
                start.SignalAndWait();
                body(own);
            });
        }

        contention.Join();
    }

    /// <summary>Starts a thread.</summary>
    public void Start(Action body)
    {
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }
        })
        { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    /// <summary>Waits for all threads; soon after the first failure the wait ends, for it may have left a lock taken.</summary>
    public void Join()
    {
        DateTime end = DateTime.UtcNow + Limit;
        foreach (Thread thread in _threads)
        {
            while (!thread.Join(TimeSpan.FromMilliseconds(20)))
            {
                if (Volatile.Read(ref _failure) is { } failure)
                {
                    _threads.ForEach(each => each.Join(Grace));
                    failure.Throw();
                }

                Assert.IsTrue(DateTime.UtcNow < end, "a thread waits for ever");
            }
        }

        _failure?.Throw();
    }
}
