namespace KernelMem.Machine;

/// <summary>What a kernel tells its host at the end. Values above 31 are not passed on.</summary>
public enum ExitCode
{
    /// <summary>All went well.</summary>
    Success = 0,

    /// <summary>The kernel's own checks failed.</summary>
    Failure = 1,

    /// <summary>A panic: a broken invariant.</summary>
    Panic = 2,

    /// <summary>An exception that nobody handles.</summary>
    UnhandledTrap = 3,
}
