using System.Collections.Concurrent;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Simulation;

namespace KernelMem.Tests.Paging;

/// <summary>A kind of flush that a machine leaves out, for a test to notice.</summary>
public enum LeftOut
{
    Nothing,

    /// <summary>INVLPG.</summary>
    Page,

    /// <summary>INVLPG of all pages of a range but the first.</summary>
    Range,

    /// <summary>All of the current space: CR3 written anew.</summary>
    Space,

    /// <summary>All there is: INVPCID, or CR4.PGE off and on.</summary>
    Everything,

    /// <summary>Translations of global pages, in each flush that should reach them too.</summary>
    Global,

    /// <summary>What an identifier was used for before, when it is used again.</summary>
    Identifier,

    /// <summary>The flush before tables are freed; pages were flushed before.</summary>
    UpperEntries,

    /// <summary>The flush on CPUs that are asked; the one that asks does its own.</summary>
    RemoteCpu,

    /// <summary>What a lazy CPU has to catch up with.</summary>
    LazyCpu,

    /// <summary>The flush on CPUs that are asked though they are lazy.</summary>
    LazyTables,
}

/// <summary>What an <see cref="AdversaryPlatform"/> leaves out, and what has to be known to tell when.</summary>
internal sealed class AdversaryFaults
{
    private static readonly ConcurrentDictionary<int, AdversaryFaults> All = [];
    private static int s_last;

    private readonly ulong[] _invalidated;
    private readonly int _handle = Interlocked.Increment(ref s_last);

    public AdversaryFaults(SimulatedMachine machine, LeftOut kind)
    {
        Machine = machine;
        Kind = kind;
        Lazy = new bool[machine.Cpus.Count];
        Answering = new int[machine.Cpus.Count];
        _invalidated = new ulong[machine.Cpus.Count];
        All[_handle] = this;
    }

    public SimulatedMachine Machine { get; }

    public LeftOut Kind { get; }

    public AdversaryPlatform Platform => new(_handle);

    /// <summary>Nothing is left out before the machine is up.</summary>
    public bool IsUp { get; set; }

    /// <summary>By CPU: whether it is lazy.</summary>
    public bool[] Lazy { get; }

    /// <summary>By CPU: how many interrupts it is in.</summary>
    public int[] Answering { get; }

    /// <summary>The CPU that is about to be lazy no more; -1 if none is.</summary>
    public int CatchingUp { get; set; } = -1;

    /// <summary>Whether what is flushed is for tables that will be freed.</summary>
    public bool IsFreeingTables { get; set; }

    public static AdversaryFaults Of(int handle) => All[handle];

    public void Forget() => All.TryRemove(_handle, out _);

    public bool Is(LeftOut kind) => IsUp && Kind == kind;

    /// <summary>Whether the CPU that executes drops nothing now, whatever the instruction.</summary>
    public bool LeavesOut(int cpu) => IsUp && Kind switch
    {
        LeftOut.UpperEntries => IsFreeingTables,
        LeftOut.RemoteCpu => Answering[cpu] > 0,
        LeftOut.LazyCpu => CatchingUp == cpu,
        LeftOut.LazyTables => Answering[cpu] > 0 && Lazy[cpu],
        _ => false,
    };

    /// <summary>Whether an INVLPG is left out.</summary>
    public bool LeavesOutPage(int cpu, VirtAddr address)
    {
        bool follows = address.Value == _invalidated[cpu] + 4096;
        _invalidated[cpu] = address.Value;
        return LeavesOut(cpu) || Is(LeftOut.Page) || (Is(LeftOut.Range) && follows);
    }
}
