using System.Runtime.CompilerServices;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <summary>What the TLB shootdown keeps for each CPU: what is cached there, and what it asks of others.</summary>
internal unsafe struct TlbCpu
{
    /// <summary>The slot, and identifier, of the kernel's own root.</summary>
    public const int KernelSlot = 0;

    /// <summary>
    /// How many identifiers a CPU uses for programs' spaces. A CPU changes between few; more would be more to forget at each flush of the
    /// kernel's part. Linux has six too.
    /// </summary>
    private const int ProgramSlots = 6;

    private const int SlotCount = 1 + ProgramSlots;

    /// <summary>1 while the CPU promises not to use programs' memory. Others read it.</summary>
    public uint Lazy;

    /// <summary>The space that is current; 0 for the kernel's own root.</summary>
    public nuint Current;

    /// <summary>1 while <see cref="Current"/> may not be what CR3 says.</summary>
    public uint Changing;

    /// <summary>The slot of the current root.</summary>
    public int Slot;

    public Slots Known;
    public TlbRequest Request;
    public TlbCounters Counters;

    private int _victim;

    /// <summary>The slot for a space: the one that it has, or else the next in turn.</summary>
    public int FindSlot(ulong identity, bool identifiers)
    {
        if (identity == TlbContext.KernelIdentity)
            return KernelSlot;

        // Without identifiers everything is cached under 0, and CR3 is never written to keep it.
        if (!identifiers)
            return KernelSlot + 1;
        for (int slot = KernelSlot + 1; slot < SlotCount; slot++)
        {
            if (Atomic.Load(in Known[slot].Identity) == identity)
                return slot;
        }

        _victim = _victim == ProgramSlots - 1 ? 0 : _victim + 1;
        return KernelSlot + 1 + _victim;
    }

    /// <summary>Nothing that is cached under other identifiers than one may be used again.</summary>
    public void ForgetAllBut(int kept)
    {
        for (int slot = 0; slot < SlotCount; slot++)
        {
            if (slot != kept)
                Atomic.Store(ref Known[slot].Identity, 0UL);
        }
    }

    /// <summary>What is cached under an identifier.</summary>
    public struct TlbSlot
    {
        /// <summary>The space; 0 for none.</summary>
        public ulong Identity;

        /// <summary>Up to which flush of the space it is clean.</summary>
        public ulong Generation;

        /// <summary>The root that it was cached from.</summary>
        public PageTableRoot Root;
    }

    [InlineArray(SlotCount)]
    public struct Slots
    {
        private TlbSlot _first;
    }
}

/// <summary>What one CPU did. Written by that CPU alone, so that counting shares no memory.</summary>
internal struct TlbCounters
{
    public ulong Requests;
    public ulong Pages;
    public ulong Contexts;
    public ulong Everything;
    public ulong Shootdowns;
    public ulong Deferred;
    public ulong Skipped;

    public static void Add(ref ulong counter, ulong amount = 1) => Atomic.Store(ref counter, Atomic.Load(in counter) + amount);
}
