using System;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <content>Waiting in loops, and interrupts on and off.</content>
internal sealed partial class Execution
{
    [ThreadStatic]
    private static int t_pauses;

    /// <summary>The CPU that runs; null outside of a run.</summary>
    public static int? CurrentCpu => t_current?._running.Number;

    /// <summary>
    /// The CPU that runs is in a waiting loop: it has its turn again when another has written something of what it read since it last
    /// waited. (Until then, looking again would show the same.)
    /// </summary>
    public static void Pause()
    {
        if (!IsRunning(out Execution execution))
        {
            if (t_current is null && ++t_pauses > 1_000_000)
                throw new InvalidOperationException("The set-up or the check waits for ever.");

            return;
        }

        Cpu cpu = execution._running;
        execution.CountStep(cpu);
        cpu.History = Hash.Mix(cpu.History, 'P');
        execution.Wait(cpu);
        execution.ShowStores();
    }

    public static InterruptState SaveInterrupts()
    {
        if (t_current is not { _abandoned: false, _running.InterruptsEnabled: true } execution)
            return InterruptState.Disabled;

        Cpu cpu = execution._running;
        execution.HideStores();
        execution.CountStep(cpu);
        execution.OfferInterrupts(cpu);
        execution.ShowStores();
        cpu.InterruptsEnabled = execution._bounds.Fault == Fault.InterruptsStayOn;
        cpu.History = Hash.Mix(cpu.History, 'c');
        return InterruptState.Enabled;
    }

    public static void RestoreInterrupts(InterruptState state)
    {
        if (t_current is not { _abandoned: false } execution || !state.WereEnabled)
            return;

        Cpu cpu = execution._running;
        cpu.InterruptsEnabled = true;
        cpu.History = Hash.Mix(cpu.History, 's');
    }

    private void Wait(Cpu cpu)
    {
        cpu.IsFresh = false;
        if (!cpu.Reads.IsOutdated(Locations))
        {
            Log(cpu, "waits");
            cpu.IsWaiting = true;
            LetOthers(cpu, switching: true);
        }

        cpu.Reads.Clear();
    }

    /// <summary>Whether what a CPU waits for is in another's store buffer.</summary>
    private static bool FindAwaited(Cpu waiting, Cpu other, out uint number)
    {
        number = 0;
        if (other.Buffer.IsEmpty)
            return false;

        if (waiting.Reads.IsUnknown || waiting.Reads.Count == 0)
        {
            number = other.Buffer.Oldest.Number;
            return true;
        }

        bool found = false;
        for (int index = 0; index < waiting.Reads.Count; index++)
        {
            if (other.Buffer.TryFindFirst(waiting.Reads[index], out uint candidate) && (!found || candidate < number))
            {
                number = candidate;
                found = true;
            }
        }

        return found;
    }

    private void Wake(Cpu waiting, Cpu owner)
    {
        if (FindAwaited(waiting, owner, out uint number))
            FlushThrough(owner, number);

        // The store may have been lost to another one in the meantime; looking again does no harm.
        waiting.IsWaiting = false;
    }
}
