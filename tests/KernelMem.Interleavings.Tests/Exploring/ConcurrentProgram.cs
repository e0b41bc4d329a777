using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// A small concurrent program: what each CPU does, what may interrupt it, and what must hold in the end. It is run again and again, so
/// all that a run changes lies in memory the program knows of (<see cref="Place"/>, <see cref="Watch"/>), which is as it was
/// before each run, or is set anew in <see cref="Setup"/>.
/// </summary>
internal sealed unsafe class ConcurrentProgram : IDisposable
{
    private const int ArenaBytes = 1 << 14;

    private readonly byte* _arena = (byte*)NativeMemory.AlignedAlloc(ArenaBytes, 64);
    private readonly List<Region> _regions = [];
    private readonly MemoryNames _names = new();
    private int _used;

    public ConcurrentProgram() => NativeMemory.Clear(_arena, ArenaBytes);

    /// <summary>What happens before each run, on no CPU.</summary>
    public Action? Setup { get; set; }

    /// <summary>What each CPU does, once. Bodies share placed memory only, through <c>Atomic</c>.</summary>
    public IReadOnlyList<Action> Cpus { get; set; } = [];

    /// <summary>What may interrupt the CPUs, each at most once, anywhere.</summary>
    public IReadOnlyList<Interrupt> Interrupts { get; set; } = [];

    /// <summary>What must hold when all CPUs have ended and all stores have reached memory: throws otherwise.</summary>
    public Action? Check { get; set; }

    /// <summary>What a run came to, for <see cref="Exploration.Outcomes"/>.</summary>
    public Func<string>? Outcome { get; set; }

    /// <summary>A named variable in memory that is restored before each run.</summary>
    public T* Place<T>(string name, T initial = default)
        where T : unmanaged
    {
        // A granule of its own for each, so that no two variables count as one.
        int start = (_used + 7) & ~7;
        if (start + sizeof(T) > ArenaBytes)
            throw new InvalidOperationException("The program's memory is full.");

        _used = start + sizeof(T);
        T* variable = (T*)(_arena + start);
        *variable = initial;
        _names.Add<T>(name, variable);
        return variable;
    }

    /// <summary>Memory of the test's own: restored before each run to what it holds when the exploration starts.</summary>
    public void Watch(string name, void* start, int length)
    {
        _regions.Add(new Region((byte*)start, length));
        _names.Add(name, start, length);
    }

    /// <summary>What reports call a part of watched memory: to be said before <see cref="Watch"/>.</summary>
    public void Name(string name, void* start, int length) => _names.Add(name, start, length);

    public void Dispose() => NativeMemory.AlignedFree(_arena);

    internal string NameOf(nuint address, int size) => _names.Of(address, size);

    internal void Remember()
    {
        _regions.RemoveAll(region => region.Start == _arena);
        _regions.Add(new Region(_arena, _used));
        foreach (Region region in _regions)
            region.Save();
    }

    internal void Restore()
    {
        foreach (Region region in _regions)
            region.Restore();
    }

    private sealed class Region(byte* start, int length)
    {
        private readonly byte[] _saved = new byte[length];

        public byte* Start { get; } = start;

        public void Save() => new ReadOnlySpan<byte>(Start, _saved.Length).CopyTo(_saved);

        public void Restore() => _saved.CopyTo(new Span<byte>(Start, _saved.Length));
    }
}
