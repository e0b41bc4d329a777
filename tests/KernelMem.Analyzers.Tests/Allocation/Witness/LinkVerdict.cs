namespace KernelMem.Analyzers.Tests.Allocation.Witness;

/// <summary>What the linker says of a program.</summary>
internal enum LinkVerdict
{
    /// <summary>Its functions need no helper that allocates or throws.</summary>
    Links,

    /// <summary>A function of its own needs one, so that it does not link.</summary>
    Allocates,

    /// <summary>It uses something of .NET that a kernel does not have, and so proves nothing.</summary>
    Lacking,
}
