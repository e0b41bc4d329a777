using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Locks;

/// <summary>The library's spin lock under every schedule, and with each of its precautions left out.</summary>
[TestClass]
public sealed unsafe class SpinLockTests
{
    private static readonly ExplorerPlatform Platform = new(4);

    [TestMethod]
    [DataRow(2, 4)]
    [DataRow(3, 2)]
    public void One_CPU_at_a_time(int cpus, int preemptions)
        => Explore(cpus, false, Bounds.UpTo(preemptions) with { ByValue = true }).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(2, 8)]
    [DataRow(3, 3)]
    [DataRow(4, 1)]
    public void One_CPU_at_a_time_at_length(int cpus, int preemptions)
        => Explore(cpus, false, Bounds.UpTo(preemptions) with { ByValue = true }).ExpectNoFailure();

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(2, 2)]
    public void A_handler_may_take_the_lock_of_the_code_that_it_interrupts(int cpus, int preemptions)
        => Explore(cpus, true, Bounds.UpTo(preemptions) with { ByValue = true }).ExpectNoFailure();

    [TestMethod]
    public void Without_masking_interrupts_a_handler_waits_for_ever_or_panics()
    {
        // The lock notices that it is taken twice by one CPU, but not before it has said that it has an owner.
        Bounds bounds = Bounds.Default with { Fault = Fault.InterruptsStayOn };
        Explore(1, true, bounds).ExpectFailure();
        using LockProgram program = new(2);
        SpinLock* spinLock = program.Program.Place<SpinLock>("lock");
        program.SetCpus(1, () => AddLockedInterruptsOn(program, spinLock));
        program.Program.Interrupts = [Interrupt.On(0, "timer", () => AddLockedInterruptsOn(program, spinLock))];
        Explorer.Run(program.Program).ExpectFailure();
    }

    [TestMethod]
    public void Without_a_locked_ticket_two_CPUs_are_inside()
        => Explore(2, false, Bounds.Default with { Fault = Fault.SplitLocked }).ExpectFailure();

    [TestMethod]
    public void A_write_after_the_release_is_seen()
    {
        using LockProgram program = new(2);
        SpinLock* spinLock = program.Program.Place<SpinLock>("lock");
        program.SetCpus(2, () =>
        {
            SpinLockGuard<ExplorerPlatform> guard = spinLock->Acquire(Platform);
            ulong count = program.Read();
            guard.Release();
            program.Write(count + 1);
        });
        Explorer.Run(program.Program).ExpectFailure();
    }

    [TestMethod]
    public void Trying_takes_the_lock_or_leaves_everything_as_it_was()
    {
        using LockProgram program = new(0);
        SpinLock* spinLock = program.Program.Place<SpinLock>("lock");
        ulong* taken = program.Program.Place<ulong>("taken");
        program.SetCpus(3, () =>
        {
            if (!spinLock->TryAcquire(Platform, out SpinLockGuard<ExplorerPlatform> guard))
                return;

            program.Add();
            Atomic.Store(ref *taken, Atomic.Load(in *taken) + 1);
            guard.Release();
        });
        program.Program.Check = () => Assert.AreEqual((*taken, false), (program.Read(), spinLock->IsHeld));
        program.Program.Outcome = () => $"{*taken}";
        Explorer.Run(program.Program).ExpectOutcomes("1", "2", "3");
    }

    private static Exploration Explore(int cpus, bool interrupted, Bounds bounds)
    {
        using LockProgram program = new(cpus);
        SpinLock* spinLock = program.Program.Place<SpinLock>("lock");
        program.SetCpus(cpus, () => AddLocked(program, spinLock));
        if (interrupted)
        {
            // (It adds nothing, because it may not come.)
            program.Program.Interrupts = [Interrupt.On(0, "timer", () => Look(program, spinLock))];
        }

        return Explorer.Run(program.Program, bounds);
    }

    private static void AddLocked(LockProgram program, SpinLock* spinLock)
    {
        SpinLockGuard<ExplorerPlatform> guard = spinLock->Acquire(Platform);
        program.Add();
        guard.Release();
    }

    private static void AddLockedInterruptsOn(LockProgram program, SpinLock* spinLock)
    {
        SpinLockGuard<ExplorerPlatform> guard = spinLock->AcquireInterruptsDisabled(Platform);
        program.Add();
        guard.Release();
    }

    private static void Look(LockProgram program, SpinLock* spinLock)
    {
        SpinLockGuard<ExplorerPlatform> guard = spinLock->Acquire(Platform);
        program.Write(program.Read());
        guard.Release();
    }
}
