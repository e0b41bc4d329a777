using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Locks;

/// <summary>The library's reader-writer lock under every schedule, and with each of its precautions left out.</summary>
[TestClass]
public sealed unsafe class ReaderWriterLockTests
{
    private static readonly ExplorerPlatform Platform = new(4);

    [TestMethod]
    [DataRow(1, 1, 4)]
    [DataRow(2, 0, 4)]
    [DataRow(2, 1, 2)]
    [DataRow(1, 2, 2)]
    public void Writers_are_alone(int writers, int readers, int preemptions)
        => Explore(writers, readers, false, Bounds.UpTo(preemptions) with { ByValue = true }).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(2, 1, 3)]
    [DataRow(1, 2, 3)]
    [DataRow(2, 2, 1)]
    public void Writers_are_alone_at_length(int writers, int readers, int preemptions)
        => Explore(writers, readers, false, Bounds.UpTo(preemptions) with { ByValue = true }).ExpectNoFailure();

    [TestMethod]
    public void A_handler_may_read_what_the_code_that_it_interrupts_writes()
        => Explore(1, 1, true, Bounds.Default).ExpectNoFailure();

    [TestMethod]
    public void Without_masking_interrupts_a_handler_waits_for_ever()
        => Explore(1, 0, true, Bounds.Default with { Fault = Fault.InterruptsStayOn })
            .ExpectFailure("deadlock: CPU 0 (timer) waits for a change of lock");

    [TestMethod]
    public void Without_locked_instructions_writers_are_not_alone()
        => Explore(2, 0, false, Bounds.Default with { Fault = Fault.SplitLocked }).ExpectFailure();

    [TestMethod]
    public void Readers_are_together()
    {
        using ConcurrentProgram program = new();
        ReaderWriterLock* shared = program.Place<ReaderWriterLock>("lock");
        ulong* inside = program.Place<ulong>("inside");
        ulong most = 0;
        void Read()
        {
            ReadGuard<ExplorerPlatform> guard = shared->AcquireRead(Platform);
            most = System.Math.Max(most, Atomic.FetchAdd(ref *inside, 1) + 1);
            Atomic.FetchAdd(ref *inside, ulong.MaxValue);
            guard.Release();
        }

        program.Setup = () => most = 0;
        program.Cpus = [Read, Read];
        program.Outcome = () => $"{most} at a time";
        Explorer.Run(program).ExpectOutcomes("1 at a time", "2 at a time");
    }

    private static Exploration Explore(int writers, int readers, bool interrupted, Bounds bounds)
    {
        using LockProgram program = new(writers);
        ReaderWriterLock* shared = program.Program.Place<ReaderWriterLock>("lock");
        void Write()
        {
            WriteGuard<ExplorerPlatform> guard = shared->AcquireWrite(Platform);
            program.Add();
            guard.Release();
        }

        void Read()
        {
            ReadGuard<ExplorerPlatform> guard = shared->AcquireRead(Platform);
            program.Read();
            guard.Release();
        }

        program.Program.Cpus = [.. System.Linq.Enumerable.Repeat(Write, writers), .. System.Linq.Enumerable.Repeat(Read, readers)];
        if (interrupted)
            program.Program.Interrupts = [Interrupt.On(0, "timer", Read)];
        return Explorer.Run(program.Program, bounds);
    }
}
