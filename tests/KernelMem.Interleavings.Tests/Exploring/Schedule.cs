using System;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>Decides, where more than one thing can happen next, what does.</summary>
internal abstract class Schedule
{
    /// <summary>How many preemptions a run may have.</summary>
    public virtual int Preemptions => int.MaxValue;

    /// <summary>Whether each access is a point, also where no other CPU touches the location.</summary>
    public virtual bool WantsEveryPoint => false;

    /// <summary>A run starts.</summary>
    public abstract void Start();

    /// <summary>Chooses.</summary>
    /// <param name="step">How many steps the run has had.</param>
    /// <param name="choices">What can happen; two or more. The first is what happens if nobody cares.</param>
    /// <param name="state">
    /// What the run is in as far as its future depends on it; the same number means the same future.
    /// </param>
    /// <param name="preemptions">How many the run has had.</param>
    /// <param name="goesOn">Whether the first choice is that the CPU that runs goes on.</param>
    /// <returns>An index.</returns>
    public abstract int Choose(int step, ReadOnlySpan<Choice> choices, ulong state, int preemptions, bool goesOn);
}
