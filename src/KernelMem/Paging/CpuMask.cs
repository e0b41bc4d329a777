using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>A set of CPUs that all of them change. Adding and removing are one step each; looking at all of it is not.</summary>
internal struct CpuMask
{
    /// <summary>How many CPUs there may be.</summary>
    public const int Limit = 256;

    private const int BitsPerWord = 64;
    private const int WordCount = Limit / BitsPerWord;

    private Words _words;

    /// <summary>How many CPUs are in it.</summary>
    public readonly int Count
    {
        get
        {
            int count = 0;
            for (int word = 0; word < WordCount; word++)
                count += BitOperations.PopCount(Atomic.Load(in _words[word]));
            return count;
        }
    }

    public readonly bool IsEmpty => Count == 0;

    /// <summary>Adds a CPU. A full barrier.</summary>
    public void Add(CpuId cpu) => Atomic.FetchOr(ref _words[WordOf(cpu)], BitOf(cpu));

    /// <summary>Removes a CPU. A full barrier.</summary>
    public void Remove(CpuId cpu) => Atomic.FetchAnd(ref _words[WordOf(cpu)], ~BitOf(cpu));

    /// <summary>Removes a CPU if it is there: of several that try, one does.</summary>
    public bool TryRemove(CpuId cpu) => Contains(cpu) && (Atomic.FetchAnd(ref _words[WordOf(cpu)], ~BitOf(cpu)) & BitOf(cpu)) != 0;

    public readonly bool Contains(CpuId cpu) => (Atomic.Load(in _words[WordOf(cpu)]) & BitOf(cpu)) != 0;

    public readonly bool HasOthers(CpuId cpu)
    {
        for (int word = 0; word < WordCount; word++)
        {
            if (Others(word, cpu) != 0)
                return true;
        }

        return false;
    }

    /// <summary>A copy without one CPU.</summary>
    public readonly CpuMask CopyOthers(CpuId cpu)
    {
        CpuMask copy = default;
        for (int word = 0; word < WordCount; word++)
            copy._words[word] = Others(word, cpu);
        return copy;
    }

    /// <summary>Becomes the other set, word by word.</summary>
    public void Publish(in CpuMask set)
    {
        for (int word = 0; word < WordCount; word++)
            Atomic.Store(ref _words[word], set._words[word]);
    }

    /// <summary>Takes the lowest CPU out of a set that nobody else sees.</summary>
    public bool TryTakeFirst(out CpuId cpu)
    {
        for (int word = 0; word < WordCount; word++)
        {
            if (_words[word] == 0)
                continue;
            cpu = new CpuId((word * BitsPerWord) + BitOperations.TrailingZeroCount(_words[word]));
            _words[word] &= _words[word] - 1;
            return true;
        }

        cpu = default;
        return false;
    }

    /// <summary>Adds a CPU to a set that nobody else sees.</summary>
    public void AddOwn(CpuId cpu) => _words[WordOf(cpu)] |= BitOf(cpu);

    private readonly ulong Others(int word, CpuId cpu) =>
        Atomic.Load(in _words[word]) & ~(WordOf(cpu) == word ? BitOf(cpu) : 0);

    private static int WordOf(CpuId cpu)
    {
        Panic.Assert((uint)cpu.Value < Limit, "TlbShootdown: more than 256 CPUs");
        return cpu.Value / BitsPerWord;
    }

    private static ulong BitOf(CpuId cpu) => 1UL << (cpu.Value % BitsPerWord);

    [InlineArray(WordCount)]
    private struct Words
    {
        private ulong _first;
    }
}
