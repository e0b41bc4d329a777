using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>What an access does.</summary>
public enum MemoryAccess
{
    /// <summary>Reads data.</summary>
    Read,

    /// <summary>Writes data.</summary>
    Write,

    /// <summary>Fetches an instruction.</summary>
    Execute,
}

/// <summary>Accesses as the walk names them.</summary>
internal static class MemoryAccessExtensions
{
    public static WalkAccess By(this MemoryAccess access, Privilege privilege)
    {
        WalkAccess kind = access switch
        {
            MemoryAccess.Write => WalkAccess.Write,
            MemoryAccess.Execute => WalkAccess.Fetch,
            _ => WalkAccess.Read,
        };
        return privilege == Privilege.User ? kind | WalkAccess.User : kind;
    }
}
