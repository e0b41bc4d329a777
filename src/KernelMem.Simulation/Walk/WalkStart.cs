namespace KernelMem.Simulation.Walk;

/// <summary>
/// Where a walk starts: at the root, or at a lower table that a paging-structure cache knows (Intel SDM Vol. 3A §4.10.3).
/// </summary>
public readonly struct WalkStart
{
    /// <summary>The level of the first entry to read: 1 to 5.</summary>
    public int Level { get; init; }

    /// <summary>The physical address of its table.</summary>
    public ulong Table { get; init; }

    /// <summary>What the entries above allow together.</summary>
    public WalkRights Rights { get; init; }

    /// <summary>The root, as CR3 says.</summary>
    public static WalkStart Root(in WalkRegisters registers, in WalkFeatures features) => new()
    {
        Level = registers.Levels,
        Table = registers.Cr3 & features.TableAddressMask,
        Rights = WalkRights.All,
    };

    /// <summary>Below an entry that refers to a table.</summary>
    public static WalkStart Below(in WalkStep step, in WalkFeatures features) => new()
    {
        Level = step.Level - 1,
        Table = step.Entry & features.TableAddressMask,
        Rights = step.Rights,
    };
}
