using System;

namespace Benchmarks;

/// <summary>What the command line asks for.</summary>
internal struct Options
{
    /// <summary>Fewer samples.</summary>
    public bool Quick { get; private set; }

    /// <summary>Nothing with two threads.</summary>
    public bool OneThread { get; private set; }

    /// <summary>The library only.</summary>
    public bool Library { get; private set; }

    /// <summary>Bit n: workload n is wanted. 0: all are.</summary>
    public uint Workloads { get; private set; }

    /// <summary>Every table, with little work: to see that the benchmark works.</summary>
    public bool Smoke { get; private set; }

    /// <summary>What a mapper does wrong that is run to see that the benchmark would find out.</summary>
    public Error Error { get; private set; }

    public readonly bool Wants(Column column) => Columns.IsLibrary(column) || !Library;

    public readonly bool Wants(Workload workload) => Workloads == 0 || (Workloads & Bit(workload)) != 0;

    /// <summary>Takes one argument; false if it is none.</summary>
    public bool TryAdd(ReadOnlySpan<byte> argument)
    {
        if (argument.SequenceEqual("--quick"u8))
            Quick = true;
        else if (argument.SequenceEqual("--one-thread"u8))
            OneThread = true;
        else if (argument.SequenceEqual("--library"u8))
            Library = true;
        else if (argument.SequenceEqual("--smoke"u8))
            Smoke = true;
        else if (argument.SequenceEqual("--verify-broken=frame"u8))
            Error = Error.Frame;
        else if (argument.SequenceEqual("--verify-broken=right"u8))
            Error = Error.Right;
        else if (argument.SequenceEqual("--verify-broken=rest"u8))
            Error = Error.Rest;
        else if (argument.SequenceEqual("--verify-broken=table"u8))
            Error = Error.Table;
        else if (argument.SequenceEqual("--only=pages"u8))
            Workloads |= Bit(Workload.Pages);
        else if (argument.SequenceEqual("--only=large"u8))
            Workloads |= Bit(Workload.Large);
        else if (argument.SequenceEqual("--only=ranges"u8))
            Workloads |= Bit(Workload.Ranges);
        else
            return false;
        return true;
    }

    /// <summary>Explains itself, for an argument that is none.</summary>
    public static int Refuse()
    {
        Host.Write("usage: [--quick | --smoke] [--one-thread] [--library] [--only=pages|large|ranges]..., or --verify-broken=frame|right|rest|table\n"u8);
        return 64;
    }

    private static uint Bit(Workload workload) => 1u << (int)workload;
}
