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
