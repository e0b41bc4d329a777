namespace KernelMem.Simulation.Walk;

/// <summary>
/// The translation of addresses by walking page tables, as the processor manual says (Intel SDM Vol. 3A ch. 4, 4-level and 5-level
/// paging). It allocates nothing and keeps nothing: it runs in a test on the desktop and in a kernel alike.
/// </summary>
/// <remarks>
/// Where the manual leaves a choice: a walk that faults changes no accessed flag, also not in the entries above the failing one; a table
/// where no memory is reads as all ones.
/// </remarks>
public static class TableWalk
{
    private const ulong Present = 1UL << 0;
    private const ulong ReadWrite = 1UL << 1;
    private const ulong UserSupervisor = 1UL << 2;
    private const ulong Accessed = 1UL << 5;
    private const ulong Dirty = 1UL << 6;
    private const ulong PageSize = 1UL << 7; // in entries of levels 3 and 2; at level 1, PAT
    private const ulong Global = 1UL << 8;
    private const ulong ExecuteDisable = 1UL << 63;

    /// <summary>
    /// Translates for an access that is about to happen: if it is allowed, the accessed flag of every entry used and, for a write, the
    /// dirty flag of the last one are set (§4.8).
    /// </summary>
    public static WalkResult Translate<TMemory>(
        TMemory memory, in WalkRegisters registers, in WalkFeatures features, ulong address, WalkAccess access)
        where TMemory : struct, IWalkMemory
    {
        while (true)
        {
            WalkResult result = Probe(memory, registers, features, address, access);
            if (result.Outcome != WalkOutcome.Translated || TrySetFlags(memory, result.Path, access))
                return result;
        }
    }

    /// <summary>As <see cref="Translate"/>, but changes nothing: what would the access meet?</summary>
    public static WalkResult Probe<TMemory>(
        TMemory memory, in WalkRegisters registers, in WalkFeatures features, ulong address, WalkAccess access)
        where TMemory : struct, IWalkMemory =>
        ProbeFrom(memory, registers, features, WalkStart.Root(registers, features), address, access);

    /// <summary>As <see cref="Probe"/>, but from a place that a paging-structure cache knows; nothing above it is read.</summary>
    public static WalkResult ProbeFrom<TMemory>(
        TMemory memory, in WalkRegisters registers, in WalkFeatures features, in WalkStart start, ulong address, WalkAccess access)
        where TMemory : struct, IWalkMemory
    {
        WalkResult result = default;
        if (!IsCanonical(address, registers.Levels))
        {
            result.Outcome = WalkOutcome.NotCanonical;
            return result;
        }

        ulong table = start.Table;
        WalkRights rights = start.Rights;
        for (int level = start.Level; ; level--)
        {
            ulong place = table + (address >> Shift(level) & 511) * 8;
            ulong entry = memory.Contains(place) ? memory.Read(place) : ulong.MaxValue;
            rights &= RightsOf(entry);
            result.Path.Add(new WalkStep { Place = place, Entry = entry, Level = level, Rights = rights });
            if ((entry & Present) == 0)
                return Fault(result, AccessRules.NotPresent(registers, access));
            if ((entry & ReservedBits(registers, features, level, entry)) != 0)
                return Fault(result, AccessRules.Reserved(registers, access));
            if (!IsLast(level, entry))
            {
                table = entry & features.TableAddressMask;
                continue;
            }

            result.HasTranslation = true;
            result.Translation = Translation(registers, features, level, entry, rights, access);
            return AccessRules.Allow(registers, result.Translation, access, out uint errorCode) ? result : Fault(result, errorCode);
        }
    }

    /// <summary>
    /// Sets the flags that an access by these entries sets, as the processor does, with locked operations. False if an entry is no longer
    /// what the walk saw (another CPU changed it, or the walk used it more than once): the walk has to be made again.
    /// </summary>
    public static bool TrySetFlags<TMemory>(TMemory memory, in WalkPath path, WalkAccess access)
        where TMemory : struct, IWalkMemory
    {
        for (int i = 0; i < path.Count; i++)
        {
            bool dirties = i == path.Count - 1 && access.Is(WalkAccess.Write);
            if (!TrySet(memory, path[i], dirties ? Accessed | Dirty : Accessed))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Sets the accessed flags of the first <paramref name="count"/> entries of a path: before a processor caches an upper entry, it does
    /// so, whatever the walk met below (§4.10.3.1). False if one of them is no longer what the walk saw.
    /// </summary>
    public static bool TrySetAccessed<TMemory>(TMemory memory, in WalkPath path, int count)
        where TMemory : struct, IWalkMemory
    {
        for (int i = 0; i < count; i++)
        {
            if (!TrySet(memory, path[i], Accessed))
                return false;
        }

        return true;
    }

    /// <summary>Whether an address is canonical for tables of so many levels: 48 bits for four, 57 for five.</summary>
    public static bool IsCanonical(ulong address, int levels)
    {
        long upper = (long)address >> (Shift(levels + 1) - 1);
        return upper is 0 or -1;
    }

    /// <summary>An entry of a level stands for 1 &lt;&lt; this many bytes.</summary>
    public static int Shift(int level) => 12 + 9 * (level - 1);

    /// <summary>Whether a present entry is a page's and no table's.</summary>
    private static bool IsLast(int level, ulong entry) => level == 1 || (entry & PageSize) != 0;

    private static WalkRights RightsOf(ulong entry) =>
        ((entry & ReadWrite) != 0 ? WalkRights.Writable : WalkRights.None)
        | ((entry & UserSupervisor) != 0 ? WalkRights.User : WalkRights.None)
        | ((entry & ExecuteDisable) == 0 ? WalkRights.Executable : WalkRights.None);

    /// <summary>The bits that must be zero in a present entry (§4.5, the formats of the entries).</summary>
    private static ulong ReservedBits(in WalkRegisters registers, in WalkFeatures features, int level, ulong entry)
    {
        ulong reserved = features.AbsentAddressBits;
        if (!registers.NoExecute)
            reserved |= ExecuteDisable;
        if (level >= 4 || (level == 3 && !features.GigabytePages))
            return reserved | PageSize;
        if (level > 1 && (entry & PageSize) != 0)
            reserved |= ((1UL << Shift(level)) - 1) & ~0x1FFFUL & ~features.EncryptionMask; // bits 29:13 or 20:13; bit 12 is PAT
        return reserved;
    }

    private static WalkTranslation Translation(
        in WalkRegisters registers, in WalkFeatures features, int level, ulong entry, WalkRights rights, WalkAccess access)
    {
        int shift = Shift(level);
        int pat = (int)(entry >> (level == 1 ? 7 : 12) & 1);
        int patIndex = pat << 2 | (int)(entry >> 3 & 3); // PCD is bit 4, PWT bit 3
        return new WalkTranslation
        {
            Page = entry & features.TableAddressMask & ~((1UL << shift) - 1),
            Shift = shift,
            Rights = rights,
            Key = (int)(entry >> 59 & 15),
            PatIndex = patIndex,
            MemoryType = (int)(registers.Pat >> (8 * patIndex) & 7),
            IsGlobal = registers.GlobalPages && (entry & Global) != 0,
            IsDirty = access.Is(WalkAccess.Write) || (entry & Dirty) != 0,
            IsEncrypted = (entry & features.EncryptionMask) != 0,
        };
    }

    private static bool TrySet<TMemory>(TMemory memory, in WalkStep step, ulong flags)
        where TMemory : struct, IWalkMemory =>
        (step.Entry & flags) == flags || memory.CompareExchange(step.Place, step.Entry, step.Entry | flags);

    private static WalkResult Fault(WalkResult result, uint errorCode)
    {
        result.Outcome = WalkOutcome.PageFault;
        result.ErrorCode = errorCode;
        return result;
    }
}
