using System;
using System.Collections.Generic;
using System.Threading;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// A thread that carries code of CPUs. Only the one with the baton runs. Carriers outlive runs, and where code of a CPU begins just when
/// that of another ends, the same carrier goes on with it.
/// </summary>
internal sealed class Carrier : IDisposable
{
    private readonly SemaphoreSlim _baton = new(0);

    /// <summary>What to begin with; null if the carrier shall go on where it stopped.</summary>
    public Cpu? Job { get; set; }

    public void PassBaton() => _baton.Release();

    public void AwaitBaton() => _baton.Wait();

    public void Dispose() => _baton.Dispose();
}

/// <summary>The carriers of an exploration, the thread that explores among them.</summary>
internal sealed class CarrierPool : IDisposable
{
    private readonly Stack<Carrier> _idle = new();
    private readonly List<Thread> _threads = [];
    private readonly Action<Carrier> _work;
    private volatile bool _ends;

    /// <param name="work">What a carrier does when it gets the baton with a job.</param>
    public CarrierPool(Action<Carrier> work) => _work = work;

    /// <summary>The thread that explores.</summary>
    public Carrier Home { get; } = new();

    /// <summary>A carrier without work. Only whoever has the baton may ask.</summary>
    public Carrier TakeIdle()
    {
        if (_idle.Count != 0)
            return _idle.Pop();

        Carrier carrier = new();
        Thread thread = new(() => Loop(carrier)) { IsBackground = true, Name = "Carrier" };
        _threads.Add(thread);
        thread.Start();
        return carrier;
    }

    /// <summary>This carrier has no more work: to be said before it passes the baton.</summary>
    public void AddIdle(Carrier carrier) => _idle.Push(carrier);

    /// <summary>The exploring thread is needed: it is not idle any more.</summary>
    public void RemoveHome()
    {
        if (!_idle.Contains(Home))
            return;

        List<Carrier> others = [.. _idle];
        _idle.Clear();
        foreach (Carrier carrier in others)
        {
            if (carrier != Home)
                _idle.Push(carrier);
        }
    }

    public void Dispose()
    {
        _ends = true;
        foreach (Carrier carrier in _idle)
            carrier.PassBaton();
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (Carrier carrier in _idle)
            carrier.Dispose();
        Home.Dispose();
    }

    private void Loop(Carrier carrier)
    {
        while (true)
        {
            carrier.AwaitBaton();
            if (_ends)
                return;

            _work(carrier);
        }
    }
}
