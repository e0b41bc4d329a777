namespace KernelMem.Simulation.Walk;

/// <summary>Which accesses are allowed, and the error code of those that are not (Intel SDM Vol. 3A §4.6, §4.7).</summary>
/// <remarks>Implicit supervisor accesses (to descriptor tables, say) and shadow-stack accesses are not among them.</remarks>
public static class AccessRules
{
    private const uint Present = 1 << 0;
    private const uint ReservedBit = 1 << 3;
    private const uint FetchBit = 1 << 4;
    private const uint ProtectionKey = 1 << 5;

    /// <summary>Whether the registers let an access use a translation; if not, the error code of its page fault.</summary>
    public static bool Allow(in WalkRegisters registers, in WalkTranslation translation, WalkAccess access, out uint errorCode)
    {
        bool keyForbids = KeyForbids(registers, translation, access);
        if (!keyForbids && RightsAllow(registers, translation.Rights, access))
        {
            errorCode = 0;
            return true;
        }

        errorCode = Describe(registers, access) | Present | (keyForbids ? ProtectionKey : 0);
        return false;
    }

    /// <summary>The error code where no translation is: an entry is not present.</summary>
    public static uint NotPresent(in WalkRegisters registers, WalkAccess access) => Describe(registers, access);

    /// <summary>The error code where no translation is: a present entry has a reserved bit set.</summary>
    public static uint Reserved(in WalkRegisters registers, WalkAccess access) => Describe(registers, access) | Present | ReservedBit;

    /// <summary>Whether the entries allow it (§4.6.1).</summary>
    private static bool RightsAllow(in WalkRegisters registers, WalkRights rights, WalkAccess access)
    {
        bool byUser = access.Is(WalkAccess.User);
        bool userAddress = rights.Has(WalkRights.User);
        if (byUser && !userAddress)
            return false;
        if (access.Is(WalkAccess.Fetch))
        {
            bool executable = rights.Has(WalkRights.Executable) || !registers.NoExecute;
            return executable && (byUser || !userAddress || !registers.ExecutionPrevention);
        }

        if (!byUser && userAddress && registers.AccessPrevention)
            return false;
        return !access.Is(WalkAccess.Write)
            || rights.Has(WalkRights.Writable)
            || (!byUser && !registers.WriteProtect);
    }

    /// <summary>Whether the address's protection key forbids a data access (§4.6.2).</summary>
    private static bool KeyForbids(in WalkRegisters registers, in WalkTranslation translation, WalkAccess access)
    {
        bool userAddress = translation.Rights.Has(WalkRights.User);
        bool enabled = userAddress ? registers.UserKeys : registers.SupervisorKeys;
        if (!enabled || access.Is(WalkAccess.Fetch))
            return false;

        bool byUser = access.Is(WalkAccess.User);
        uint bits = (userAddress ? registers.Pkru : registers.Pkrs) >> (2 * translation.Key);
        bool accessDisabled = (bits & 1) != 0;
        bool writeDisabled = (bits & 2) != 0;

        // A user's write is stopped in any case, a supervisor's only with CR0.WP. (A user never gets at a supervisor-mode address.)
        return accessDisabled
            || (writeDisabled && access.Is(WalkAccess.Write) && (byUser || registers.WriteProtect));
    }

    /// <summary>What the error code says of the access itself: W/R, U/S, and I/D, which is told only with SMEP or NXE.</summary>
    private static uint Describe(in WalkRegisters registers, WalkAccess access)
    {
        uint code = (uint)(access & (WalkAccess.Write | WalkAccess.User));
        bool fetch = access.Is(WalkAccess.Fetch) && (registers.NoExecute || registers.ExecutionPrevention);
        return fetch ? code | FetchBit : code;
    }
}
