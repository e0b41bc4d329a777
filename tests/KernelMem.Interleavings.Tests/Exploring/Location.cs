namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>What is known of eight bytes of memory.</summary>
internal struct Location
{
    /// <summary>The address divided by eight; 0 is no location.</summary>
    public nuint Granule;

    /// <summary>The run that the next three are of.</summary>
    public int Run;

    /// <summary>Stands for the latest write and all that came before it.</summary>
    public ulong WriteHash;

    /// <summary>Stands for the set of reads since that write.</summary>
    public ulong ReadHash;

    /// <summary>How many writes reached it.</summary>
    public uint Version;

    /// <summary>Who read it in any run: a bit for each CPU's body and each interrupt.</summary>
    public uint Readers;

    /// <summary>Who wrote it in any run.</summary>
    public uint Writers;

    /// <summary>
    /// Whether accesses to it are points: it had a writer and a second user when the exploration began its present pass.
    /// </summary>
    public bool IsShared;

    public readonly bool HasConflict
    {
        get
        {
            uint users = Readers | Writers;
            return Writers != 0 && (users & (users - 1)) != 0;
        }
    }
}
