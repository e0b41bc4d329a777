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

    public readonly bool IsEmpty
    {
        get
        {
            for (int word = 0; word < WordCount; word++)
            {
                if (Atomic.Load(in _words[word]) != 0)
                    return false;
            }

            return true;
        }
    }

    public void Add(CpuId cpu) => Atomic.FetchOr(ref _words[WordOf(cpu)], BitOf(cpu));

    public void Remove(CpuId cpu) => Atomic.FetchAnd(ref _words[WordOf(cpu)], ~BitOf(cpu));

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

    /// <summary>Becomes the other set without one CPU.</summary>
    public void CopyOthers(ref CpuMask set, CpuId cpu)
    {
        for (int word = 0; word < WordCount; word++)
            Atomic.Store(ref _words[word], set.Others(word, cpu));
    }

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
