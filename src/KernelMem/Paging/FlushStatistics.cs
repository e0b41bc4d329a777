namespace KernelMem.Paging;

/// <summary>How often, and how, CPUs were made to drop translations; the sum over all CPUs.</summary>
public readonly struct FlushStatistics
{
    internal FlushStatistics(ulong requests, ulong pages, ulong everything, ulong shootdowns)
    {
        Requests = requests;
        Pages = pages;
        Everything = everything;
        Shootdowns = shootdowns;
    }

    /// <summary>Flushes asked for, each for one page or many.</summary>
    public ulong Requests { get; }

    /// <summary>Single pages that a CPU dropped (INVLPG).</summary>
    public ulong Pages { get; }

    /// <summary>Times that a CPU dropped all it remembered.</summary>
    public ulong Everything { get; }

    /// <summary>Interrupts sent to other CPUs.</summary>
    public ulong Shootdowns { get; }
}
