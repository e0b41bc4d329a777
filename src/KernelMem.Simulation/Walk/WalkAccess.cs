using System;

namespace KernelMem.Simulation.Walk;

/// <summary>What an access does, and who makes it. The numbers are those of the page fault's error code (Intel SDM Vol. 3A §4.7).</summary>
[Flags]
public enum WalkAccess
{
    /// <summary>A supervisor reads data.</summary>
    Read = 0,

    /// <summary>It writes data (W/R).</summary>
    Write = 1 << 1,

    /// <summary>It is made in user mode, privilege level 3 (U/S).</summary>
    User = 1 << 2,

    /// <summary>It fetches an instruction (I/D).</summary>
    Fetch = 1 << 4,
}

/// <summary>Questions about accesses.</summary>
public static class WalkAccessExtensions
{
    /// <summary>Whether an access is a write, a fetch, or made by a user, as <paramref name="what"/> asks.</summary>
    public static bool Is(this WalkAccess access, WalkAccess what) => (access & what) == what;
}
