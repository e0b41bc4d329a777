using System;
using System.Linq;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Locks;

/// <summary>A counter, on two cache lines that must agree, that a lock shall protect.</summary>
internal sealed unsafe class LockProgram : IDisposable
{
    private readonly ulong* _first;
    private readonly ulong* _second;

    /// <param name="times">How many times it is added to, by CPUs and interrupts together.</param>
    public LockProgram(int times)
    {
        _first = Program.Place<ulong>("first");
        _second = Program.Place<ulong>("second");
        Program.Check = () => Assert.AreEqual(((ulong)times, (ulong)times), (*_first, *_second));
    }

    public ConcurrentProgram Program { get; } = new();

    public void SetCpus(int cpus, Action body) => Program.Cpus = [.. Enumerable.Repeat(body, cpus)];

    /// <summary>To be done under the lock: adds one.</summary>
    public void Add() => Write(Read() + 1);

    /// <summary>To be done under the lock: sets both halves.</summary>
    public void Write(ulong count)
    {
        Atomic.Store(ref *_first, count);
        Atomic.Store(ref *_second, count);
    }

    /// <summary>To be done under the lock: sees both halves agree.</summary>
    public ulong Read()
    {
        ulong first = Atomic.Load(in *_first);
        ulong second = Atomic.Load(in *_second);
        Assert.AreEqual(first, second, "the halves differ");
        return first;
    }

    public void Dispose() => Program.Dispose();
}
