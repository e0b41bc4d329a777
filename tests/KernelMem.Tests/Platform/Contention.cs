using System;
using System.Collections.Generic;
using System.Threading;

namespace KernelMem.Tests.Platform;

/// <summary>Real threads that start together; what one of them throws, the test throws.</summary>
internal static class Contention
{
    public static void Run(int threads, Action<int> body)
    {
        var failures = new List<Exception>();
        using var start = new Barrier(threads);
        var running = new List<Thread>();
        for (int number = 0; number < threads; number++)
        {
            int own = number;
            var thread = new Thread(() => Guarded(own)) { IsBackground = true };
            running.Add(thread);
            thread.Start();
        }

        // A lock that never opens must fail the test, not hang it: the threads are in the background.
        foreach (Thread thread in running)
            Assert.IsTrue(thread.Join(TimeSpan.FromSeconds(60)), "a thread waits for ever");
        if (failures.Count != 0)
            throw new AggregateException(failures);

        void Guarded(int own)
        {
            try
            {
                start.SignalAndWait();
                body(own);
            }
            catch (Exception failure)
            {
                lock (failures)
                    failures.Add(failure);
            }
        }
    }
}
