using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>
/// What a table of one level holds at each index: the type argument that tells a <see cref="PageTable{TEntry}"/> its level.
/// </summary>
/// <typeparam name="TSelf">The entry type itself.</typeparam>
public interface IPageTableEntry<TSelf>
    where TSelf : unmanaged, IPageTableEntry<TSelf>
{
    /// <summary>The level of the tables that hold these entries.</summary>
    static abstract PageTableLevel Level { get; }

    /// <summary>The entry as the processor reads it.</summary>
    ulong Value { get; }

    /// <summary>P, bit 0: the entry takes part in translation.</summary>
    bool Present { get; }

    /// <summary>The entry in a word read from a table: any bits, unchecked.</summary>
    static abstract TSelf FromRaw(ulong value);
}
