namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>What the machine does wrong on purpose, so that it shows whether a program notices.</summary>
internal enum Fault
{
    None,

    /// <summary>Locked instructions read and write in two steps.</summary>
    SplitLocked,

    /// <summary>A compare-exchange that fails says that it succeeded.</summary>
    FailedExchangeSaysYes,

    /// <summary>Interrupts stay on when they are turned off.</summary>
    InterruptsStayOn,

    /// <summary>Fences do nothing, remote ones included.</summary>
    NoFences,
}

/// <summary>How much of all schedules is explored. Each member says what it leaves out.</summary>
internal sealed record Bounds
{
    /// <summary>Up to two preemptions: most known bugs need no more.</summary>
    public static Bounds Default { get; } = new();

    /// <summary>Every schedule there is.</summary>
    public static Bounds Unbounded { get; } = new() { Preemptions = int.MaxValue };

    /// <summary>
    /// How often a run may take the processor from a CPU that could go on. Changes when a CPU ends or waits, interrupts, and the
    /// moments at which stores reach memory are free.
    /// </summary>
    public int Preemptions { get; init; } = 2;

    /// <summary>Whether a plain store waits in the CPU's store buffer (x86), or reaches memory at once.</summary>
    public bool StoreBuffers { get; init; } = true;

    /// <summary>
    /// Whether schedules that differ in the order of independent accesses only are explored once. Leaves out nothing that a program
    /// without data races on plain memory could show.
    /// </summary>
    public bool Reduction { get; init; } = true;

    /// <summary>
    /// Whether CPUs may also change right after an access, before the plain ones that follow it. For programs with plain data under a lock
    /// of their own making: otherwise what lies between two accesses of the seam happens together with the first.
    /// </summary>
    public bool PlainData { get; init; }

    /// <summary>
    /// Whether, in a reduction, also those schedules count as the same that come to the same: memory holds the same, and each CPU has read the
    /// same values. Leaves out nothing if the program reaches what CPUs share through the seam only; wrong for one that has plain
    /// data under a lock.
    /// </summary>
    public bool ByValue { get; init; }

    /// <summary>What the machine does wrong.</summary>
    public Fault Fault { get; init; }

    /// <summary>How many schedules at most; an exploration that reaches it is not complete.</summary>
    public int MaxRuns { get; init; } = 2_000_000;

    /// <summary>How many accesses a run may take before it counts as endless.</summary>
    public int MaxSteps { get; init; } = 20_000;

    /// <summary>These bounds, with that many preemptions.</summary>
    public static Bounds UpTo(int preemptions) => new() { Preemptions = preemptions };
}
