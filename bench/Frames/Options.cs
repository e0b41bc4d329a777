using System;

namespace Benchmarks;

/// <summary>What the command line asks for.</summary>
internal struct Options
{
    /// <summary>1 GiB only, with fewer samples.</summary>
    public bool Quick { get; private set; }

    /// <summary>Not 1 GiB, but 8.</summary>
    public bool Large { get; private set; }

    /// <summary>Nothing with two threads.</summary>
    public bool OneThread { get; private set; }

    /// <summary>The library's allocator only.</summary>
    public bool Library { get; private set; }

    /// <summary>Bit n: workload n is wanted. 0: all are.</summary>
    public uint Workloads { get; private set; }

    /// <summary>Whether a column is wanted.</summary>
    public readonly bool Wants(Column column) => column >= Column.Owner || !Library;

    /// <summary>Whether a workload is wanted.</summary>
    public readonly bool Wants(Workload workload) => Workloads == 0 || (Workloads & Bit(workload)) != 0;

    /// <summary>Every table, with little memory and little work: to see that the benchmark works.</summary>
    public bool Smoke { get; private set; }

    /// <summary>No times: every block that every allocator gives out is watched.</summary>
    public bool Verify { get; private set; }

    /// <summary>The same with an allocator that is broken.</summary>
    public bool VerifyBroken { get; private set; }

    /// <summary>Takes one argument; false if it is none.</summary>
    public bool TryAdd(ReadOnlySpan<byte> argument)
    {
        if (argument.SequenceEqual("--quick"u8))
            Quick = true;
        else if (argument.SequenceEqual("--8gib"u8))
            Large = true;
        else if (argument.SequenceEqual("--one-thread"u8))
            OneThread = true;
        else if (argument.SequenceEqual("--library"u8))
            Library = true;
        else if (argument.SequenceEqual("--smoke"u8))
            Smoke = true;
        else if (argument.SequenceEqual("--verify"u8))
            Verify = true;
        else if (argument.SequenceEqual("--verify-broken"u8))
            VerifyBroken = true;
        else if (argument.Length == 8 && argument.Slice(0, 7).SequenceEqual("--only="u8))
            return TryAddWorkloads(argument[7]);
        else
            return false;
        return true;
    }

    /// <summary>Explains itself, for an argument that is none.</summary>
    public static int Refuse()
    {
        Host.Write("usage: [--quick | --8gib | --smoke] [--one-thread] [--library] [--only=a to g]..., or --verify, or --verify-broken\n"u8);
        return 64;
    }

    private bool TryAddWorkloads(byte letter)
    {
        if (letter is < (byte)'a' or > (byte)'g')
            return false;
        Workloads |= letter switch
        {
            (byte)'a' => Bit(Workload.Sequence),
            (byte)'b' => Bit(Workload.Random),
            (byte)'c' => Bit(Workload.PairEmpty) | Bit(Workload.PairHalf),
            (byte)'d' => Bit(Workload.Batch),
            (byte)'e' => Bit(Workload.Huge) | Bit(Workload.HugePair),
            (byte)'f' => Bit(Workload.Mixed),
            _ => Bit(Workload.Churn),
        };
        return true;
    }

    private static uint Bit(Workload workload) => 1u << (int)workload;
}
