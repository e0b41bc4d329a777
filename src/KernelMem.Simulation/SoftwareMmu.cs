using System;
using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>
/// Translates addresses by walking the tables in a simulated memory, as the processor manual says (Intel SDM Vol. 3A ch. 4,
/// "Paging"; 4-level and 5-level paging). It keeps nothing between walks: a CPU's TLB does that.
/// </summary>
/// <remarks>
/// <para>Written from the manual alone, with none of the library's entry layouts, so that it can judge them.</para>
/// <para>Where the manual leaves a choice: a walk that faults changes no accessed flag, also not in the entries above the
/// failing one; a table beyond the end of memory reads as all ones.</para>
/// <para>Not simulated yet: protection keys, PCIDs, shadow stacks, linear-address masking, implicit supervisor accesses.</para>
/// </remarks>
public sealed class SoftwareMmu
{
    private const int MaxLevels = 5;
    private const ulong Present = 1UL << 0;
    private const ulong ReadWrite = 1UL << 1;
    private const ulong UserSupervisor = 1UL << 2;
    private const ulong Accessed = 1UL << 5;
    private const ulong Dirty = 1UL << 6;
    private const ulong PageSize = 1UL << 7;
    private const ulong Global = 1UL << 8;
    private const ulong ExecuteDisable = 1UL << 63;
    private const ulong TableAddress = 0x000F_FFFF_FFFF_F000; // bits 51:12

    private readonly SimulatedMemory _memory;
    private readonly MmuFeatures _features;

    /// <summary>An MMU over a memory.</summary>
    /// <param name="memory">Where the tables are.</param>
    /// <param name="features">What the processor can do; the usual if null.</param>
    public SoftwareMmu(SimulatedMemory memory, MmuFeatures? features = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _memory = memory;
        _features = features ?? new MmuFeatures();
    }

    /// <summary>
    /// Translates for an access that is about to happen: if it is allowed, the accessed flag of every entry used and, for a
    /// write, the dirty flag of the last one are set (§4.8).
    /// </summary>
    /// <exception cref="ArgumentException">The registers ask for what is not simulated.</exception>
    public MmuResult Translate(MmuRegisters registers, VirtAddr address, MemoryAccess access, Privilege privilege)
    {
        Span<UsedEntry> path = stackalloc UsedEntry[MaxLevels];
        while (true)
        {
            MmuResult result = Walk(registers, address, access, privilege, path, out int used);
            if (result.Outcome != MmuOutcome.Translated || TrySetFlags(path[..used], access))
                return result;
        }
    }

    /// <summary>As <see cref="Translate"/>, but changes nothing: what would the access meet?</summary>
    /// <exception cref="ArgumentException">The registers ask for what is not simulated.</exception>
    public MmuResult Probe(MmuRegisters registers, VirtAddr address, MemoryAccess access, Privilege privilege)
    {
        Span<UsedEntry> path = stackalloc UsedEntry[MaxLevels];
        return Walk(registers, address, access, privilege, path, out _);
    }

    private MmuResult Walk(
        MmuRegisters registers, VirtAddr address, MemoryAccess access, Privilege privilege, Span<UsedEntry> path, out int used)
    {
        if (!registers.IsSupported)
            throw new ArgumentException("IA-32e paging only, without PCIDs, protection keys and LAM", nameof(registers));

        used = 0;
        int levels = registers.FiveLevels ? 5 : 4;
        if (!IsCanonical(address.Value, 12 + 9 * levels))
            return MmuResult.GeneralProtection;

        var rights = new PageRights(Writable: true, User: true, Executable: true);
        ulong table = registers.Cr3 & TableAddress;
        for (int level = levels; ; level--)
        {
            int shift = 12 + 9 * (level - 1);
            ulong place = table + (address.Value >> shift & 511) * 8;
            ulong entry = ReadEntry(place);
            if ((entry & Present) == 0)
                return MmuResult.Failure(SimulatedPageFault.Of(registers, address, access, privilege, FaultCause.NotPresent));
            if ((entry & ReservedBits(registers, level, entry)) != 0)
                return MmuResult.Failure(SimulatedPageFault.Of(registers, address, access, privilege, FaultCause.ReservedBit));

            path[used++] = new UsedEntry(place, entry);
            rights = new PageRights(
                rights.Writable && (entry & ReadWrite) != 0,
                rights.User && (entry & UserSupervisor) != 0,
                rights.Executable && (entry & ExecuteDisable) == 0);
            if (level > 1 && (entry & PageSize) == 0)
            {
                table = entry & TableAddress;
                continue;
            }

            if (!rights.Allow(registers, access, privilege))
                return MmuResult.Failure(SimulatedPageFault.Of(registers, address, access, privilege, FaultCause.Rights));
            ulong offset = (1UL << shift) - 1;
            return MmuResult.Success(new SimulatedTranslation(
                PhysAddr.CreateUnchecked((entry & TableAddress & ~offset) | (address.Value & offset)),
                offset + 1,
                rights,
                IsGlobal: registers.GlobalPages && (entry & Global) != 0,
                IsDirty: access == MemoryAccess.Write || (entry & Dirty) != 0));
        }
    }

    /// <summary>The bits that must be zero in a present entry (§4.5, the formats of the entries).</summary>
    private ulong ReservedBits(MmuRegisters registers, int level, ulong entry)
    {
        ulong reserved = (1UL << 52) - (1UL << _features.PhysicalAddressBits);
        if (!registers.NoExecute)
            reserved |= ExecuteDisable;
        if (level >= 4 || (level == 3 && !_features.GigabytePages))
            reserved |= PageSize;
        else if (level == 3 && (entry & PageSize) != 0)
            reserved |= 0x3FFF_E000; // bits 29:13; bit 12 is PAT
        else if (level == 2 && (entry & PageSize) != 0)
            reserved |= 0x001F_E000; // bits 20:13; bit 12 is PAT
        return reserved;
    }

    private ulong ReadEntry(ulong place)
    {
        PhysAddr address = PhysAddr.CreateUnchecked(place);
        return _memory.Contains(address, sizeof(ulong)) ? _memory.Read<ulong>(address) : ulong.MaxValue;
    }

    /// <summary>
    /// Sets the flags as the processor does, with locked operations. False if an entry is no longer what the walk saw (another
    /// CPU changed it, or the walk used it more than once): the walk has to be made again.
    /// </summary>
    private bool TrySetFlags(ReadOnlySpan<UsedEntry> path, MemoryAccess access)
    {
        for (int i = 0; i < path.Length; i++)
        {
            bool last = i == path.Length - 1;
            ulong wanted = path[i].Value | Accessed | (last && access == MemoryAccess.Write ? Dirty : 0);
            if (wanted != path[i].Value && !_memory.CompareExchange(PhysAddr.CreateUnchecked(path[i].Place), path[i].Value, wanted))
                return false;
        }

        return true;
    }

    private static bool IsCanonical(ulong address, int bits)
    {
        long upper = (long)address >> (bits - 1);
        return upper is 0 or -1;
    }

    private readonly record struct UsedEntry(ulong Place, ulong Value);
}
