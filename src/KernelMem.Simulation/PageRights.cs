namespace KernelMem.Simulation;

/// <summary>What all entries of a walk agree to allow, before the control registers have their say.</summary>
/// <param name="Writable">R/W (bit 1) is set in every entry.</param>
/// <param name="User">U/S (bit 2) is set in every entry: a user-mode address.</param>
/// <param name="Executable">XD (bit 63) is clear in every entry.</param>
public readonly record struct PageRights(bool Writable, bool User, bool Executable)
{
    /// <summary>Whether an access is allowed (Intel SDM Vol. 3A §4.6.1).</summary>
    public bool Allow(MmuRegisters registers, MemoryAccess access, Privilege privilege) => privilege == Privilege.User
        ? User && AllowUser(registers, access)
        : AllowSupervisor(registers, access);

    private bool AllowUser(MmuRegisters registers, MemoryAccess access) => access switch
    {
        MemoryAccess.Write => Writable,
        MemoryAccess.Execute => Executable || !registers.NoExecute,
        _ => true,
    };

    private bool AllowSupervisor(MmuRegisters registers, MemoryAccess access)
    {
        if (access == MemoryAccess.Execute)
            return (Executable || !registers.NoExecute) && !(User && registers.ExecutionPrevention);
        if (User && registers.AccessPrevention)
            return false;
        return access == MemoryAccess.Read || Writable || !registers.WriteProtect;
    }
}
