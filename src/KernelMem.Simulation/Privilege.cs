namespace KernelMem.Simulation;

/// <summary>Who makes an access (Intel SDM Vol. 3A §4.6).</summary>
public enum Privilege
{
    /// <summary>Code at privilege level 0 to 2: supervisor-mode accesses.</summary>
    Supervisor,

    /// <summary>Code at privilege level 3: user-mode accesses.</summary>
    User,
}
