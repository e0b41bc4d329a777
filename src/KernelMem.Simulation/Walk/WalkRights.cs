using System;

namespace KernelMem.Simulation.Walk;

/// <summary>What an entry allows. Entries of a walk allow together what each of them allows (Intel SDM Vol. 3A §4.6.1).</summary>
[Flags]
public enum WalkRights
{
    /// <summary>A supervisor may read.</summary>
    None = 0,

    /// <summary>R/W (bit 1) is set.</summary>
    Writable = 1,

    /// <summary>U/S (bit 2) is set: a user-mode address.</summary>
    User = 2,

    /// <summary>XD (bit 63) is clear.</summary>
    Executable = 4,

    /// <summary>Everything: where a walk starts.</summary>
    All = Writable | User | Executable,
}

/// <summary>Questions about rights.</summary>
public static class WalkRightsExtensions
{
    /// <summary>Whether a right is among these.</summary>
    public static bool Has(this WalkRights rights, WalkRights right) => (rights & right) == right;
}
