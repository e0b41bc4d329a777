using KernelMem.Addresses;

namespace Benchmarks;

/// <summary>
/// An address space on the bench. Every method does all pages of a piece of work, in a loop of its own, and tells whether all went well.
/// Pages are kernel data, but where protection is changed.
/// </summary>
internal interface IPageBenchSpace<TSelf>
    where TSelf : unmanaged, IPageBenchSpace<TSelf>
{
    /// <summary>Makes an empty one.</summary>
    /// <param name="arena">Where tables and all else go.</param>
    /// <param name="tableFrames">How many frames there are for tables.</param>
    static abstract TSelf Create(ref Arena arena, uint tableFrames);

    /// <summary>The tables, to be read by someone else.</summary>
    TableReader Reader { get; }

    bool Map<TSize>(in Work work)
        where TSize : unmanaged, IPageSize;

    bool Unmap<TSize>(in Work work)
        where TSize : unmanaged, IPageSize;

    bool UnmapInOrder(in Work work);

    /// <summary>Makes pages of 4 KiB read-only, one by one.</summary>
    bool Protect(in Work work);

    /// <summary>The sum of all physical addresses.</summary>
    ulong Translate<TSize>(in Work work)
        where TSize : unmanaged, IPageSize;

    ulong TranslateInOrder(in Work work);

    /// <summary>Maps all at once, in pages of 4 KiB.</summary>
    bool MapRange(in Work work, bool tracked);

    /// <summary>Makes all read-only at once.</summary>
    bool ProtectRange(in Work work, bool tracked);

    /// <summary>Unmaps all at once, and gives the tables back.</summary>
    /// <param name="work">What to unmap.</param>
    /// <param name="recorder">Told, on its channel, when no walk finds the pages any more, but not all is given back yet.</param>
    /// <param name="channel">The channel.</param>
    bool UnmapRange(in Work work, ref Recorder recorder, int channel);

    /// <summary>Takes everything out, tables too.</summary>
    bool Clear(in Work work);

    /// <summary>Whether the books say that nothing is left.</summary>
    bool IsClear();
}
