using System;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Simulation;

/// <summary>In what a cached entry differs from the tables.</summary>
[Flags]
public enum StaleParts
{
    /// <summary>In nothing.</summary>
    None = 0,

    /// <summary>The tables have no translation at all.</summary>
    NotMapped = 1 << 0,

    /// <summary>They lead to another physical address.</summary>
    Address = 1 << 1,

    /// <summary>Their page has another size.</summary>
    Size = 1 << 2,

    /// <summary>They allow other accesses: R/W, U/S, XD or the protection key.</summary>
    Rights = 1 << 3,

    /// <summary>Memory type or encryption is another.</summary>
    MemoryType = 1 << 4,

    /// <summary>One is global, the other not.</summary>
    Global = 1 << 5,

    /// <summary>The cached entry says that the page is dirty already, the tables that it is clean: a write will not be noticed.</summary>
    Dirty = 1 << 6,

    /// <summary>The cached upper entry refers to a table that the tables do not use there any more.</summary>
    Table = 1 << 7,
}

/// <summary>A use of a cached entry that a walk of the tables would not have given.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Address">The virtual address.</param>
/// <param name="Access">What the access does.</param>
/// <param name="Privilege">Who makes it.</param>
/// <param name="Source">Which cache the entry was in.</param>
/// <param name="Parts">In what it differs from the tables.</param>
/// <param name="Used">What the access met.</param>
/// <param name="Now">What it would have met in the tables.</param>
/// <param name="Speculative">Whether no program asked for the address: the processor looked ahead.</param>
/// <param name="Step">The step of the adversary (<see cref="Adversary.Step"/>); 0 without one.</param>
public sealed record StaleUse(
    CpuId Cpu,
    VirtAddr Address,
    MemoryAccess Access,
    Privilege Privilege,
    CacheLevel Source,
    StaleParts Parts,
    MmuResult Used,
    MmuResult Now,
    bool Speculative,
    long Step);
