using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>What all entries of a walk agree to allow, before the control registers have their say.</summary>
/// <param name="Writable">R/W (bit 1) is set in every entry.</param>
/// <param name="User">U/S (bit 2) is set in every entry: a user-mode address.</param>
/// <param name="Executable">XD (bit 63) is clear in every entry.</param>
public readonly record struct PageRights(bool Writable, bool User, bool Executable)
{
    /// <summary>
    /// Whether an access is allowed (Intel SDM Vol. 3A §4.6.1). The page's protection key counts as 0, which
    /// <see cref="MmuRegisters.Pkru"/> and <see cref="MmuRegisters.Pkrs"/> may restrict too.
    /// </summary>
    public bool Allow(MmuRegisters registers, MemoryAccess access, Privilege privilege) =>
        AccessRules.Allow(registers.ToWalk(), new WalkTranslation { Rights = ToWalk() }, access.By(privilege), out _);

    internal static PageRights Of(WalkRights rights) => new(
        rights.Has(WalkRights.Writable), rights.Has(WalkRights.User), rights.Has(WalkRights.Executable));

    private WalkRights ToWalk() =>
        (Writable ? WalkRights.Writable : WalkRights.None) | (User ? WalkRights.User : WalkRights.None) | (Executable ? WalkRights.Executable : WalkRights.None);
}
