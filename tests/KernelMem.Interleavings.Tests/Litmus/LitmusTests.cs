using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Litmus;

/// <summary>
/// Programs of a few accesses whose outcomes on x86 are known (Intel SDM Vol. 3A, "Examples Illustrating the Memory-Ordering
/// Principles"; the x86-TSO papers): each set of outcomes is exact.
/// </summary>
[TestClass]
public sealed unsafe class LitmusTests
{
    [TestMethod]
    [DataRow(true, new[] { "0 0", "0 1", "1 0", "1 1" })]
    [DataRow(false, new[] { "0 1", "1 0", "1 1" })]
    public void Store_buffering(bool storeBuffers, string[] outcomes)
    {
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint r0 = 0, r1 = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref *x, 1);
                r0 = Atomic.Load(in *y);
            },
            () =>
            {
                Atomic.Store(ref *y, 1);
                r1 = Atomic.Load(in *x);
            },
        ];
        program.Outcome = () => $"{r0} {r1}";
        Explorer.Run(program, Bounds.Unbounded with { StoreBuffers = storeBuffers }).ExpectOutcomes(outcomes);
        Explorer.Run(program, Bounds.Unbounded with { StoreBuffers = storeBuffers, Reduction = false }).ExpectOutcomes(outcomes);
    }

    [TestMethod]
    public void Store_buffering_with_locked_instructions()
    {
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint r0 = 0, r1 = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Exchange(ref *x, 1);
                r0 = Atomic.Load(in *y);
            },
            () =>
            {
                Atomic.Store(ref *y, 1);
                Atomic.Fence();
                r1 = Atomic.Load(in *x);
            },
        ];
        program.Outcome = () => $"{r0} {r1}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes("0 1", "1 0", "1 1");
    }

    [TestMethod]
    public void A_message_is_not_seen_before_what_it_tells_of()
    {
        using ConcurrentProgram program = new();
        uint* data = program.Place<uint>("data");
        uint* flag = program.Place<uint>("flag");
        uint r0 = 0, r1 = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref *data, 1);
                Atomic.Store(ref *flag, 1);
            },
            () =>
            {
                r0 = Atomic.Load(in *flag);
                r1 = Atomic.Load(in *data);
            },
        ];
        program.Outcome = () => $"{r0} {r1}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes("0 0", "0 1", "1 1");
    }

    [TestMethod]
    public void Loads_are_not_overtaken_by_stores()
    {
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint r0 = 0, r1 = 0;
        program.Cpus =
        [
            () =>
            {
                r0 = Atomic.Load(in *y);
                Atomic.Store(ref *x, 1);
            },
            () =>
            {
                r1 = Atomic.Load(in *x);
                Atomic.Store(ref *y, 1);
            },
        ];
        program.Outcome = () => $"{r0} {r1}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes("0 0", "0 1", "1 0");
    }

    [TestMethod]
    public void All_CPUs_see_stores_in_one_order()
    {
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        program.Cpus =
        [
            () => Atomic.Store(ref *x, 1),
            () => Atomic.Store(ref *y, 1),
            () =>
            {
                r0 = Atomic.Load(in *x);
                r1 = Atomic.Load(in *y);
            },
            () =>
            {
                r2 = Atomic.Load(in *y);
                r3 = Atomic.Load(in *x);
            },
        ];
        program.Outcome = () => $"{r0}{r1}{r2}{r3}";
        Exploration exploration = Explorer.Run(program, Bounds.Unbounded).ExpectNoFailure();
        Assert.HasCount(15, exploration.Outcomes);
        Assert.DoesNotContain("1010", exploration.Outcomes);
    }

    [TestMethod]
    public void A_CPU_sees_its_own_stores_early()
    {
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref *x, 1);
                r0 = Atomic.Load(in *x);
                r1 = Atomic.Load(in *y);
            },
            () =>
            {
                Atomic.Store(ref *y, 1);
                r2 = Atomic.Load(in *y);
                r3 = Atomic.Load(in *x);
            },
        ];
        program.Outcome = () => $"{r0}{r1} {r2}{r3}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes("10 10", "10 11", "11 10", "11 11");
    }

    [TestMethod]
    public void A_store_that_is_read_back_may_reach_memory_last()
    {
        // n6 of the x86-TSO paper: its point is "10 1".
        using ConcurrentProgram program = new();
        uint* x = program.Place<uint>("x");
        uint* y = program.Place<uint>("y");
        uint r0 = 0, r1 = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref *x, 1);
                r0 = Atomic.Load(in *x);
                r1 = Atomic.Load(in *y);
            },
            () =>
            {
                Atomic.Store(ref *y, 2);
                Atomic.Store(ref *x, 2);
            },
        ];
        program.Outcome = () => $"{r0}{r1} {*x}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes("10 1", "10 2", "12 1", "12 2", "22 2");
    }

    [TestMethod]
    public void A_word_is_read_back_over_a_byte_that_is_on_its_way()
    {
        using ConcurrentProgram program = new();
        uint* word = program.Place<uint>("word");
        byte* bytes = (byte*)word;
        uint r0 = 0, r1 = 0;
        program.Cpus =
        [
            () =>
            {
                Atomic.Store(ref bytes[1], 0xAA);
                r0 = Atomic.Load(in *word);
            },
            () =>
            {
                Atomic.Store(ref bytes[2], 0xBB);
                r1 = Atomic.Load(in *word);
            },
        ];
        program.Outcome = () => $"{r0:X6} {r1:X6} {*word:X6}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes(
            "00AA00 BB0000 BBAA00", "00AA00 BBAA00 BBAA00", "BBAA00 BB0000 BBAA00", "BBAA00 BBAA00 BBAA00");
    }

    [TestMethod]
    public void A_byte_store_is_overwritten_by_a_word_store_or_it_overwrites_part_of_it()
    {
        using ConcurrentProgram program = new();
        uint* word = program.Place<uint>("word");
        byte* bytes = (byte*)word;
        program.Cpus = [() => Atomic.Store(ref bytes[1], 0xAA), () => Atomic.Store(ref *word, 0x111111)];
        program.Outcome = () => $"{*word:X6}";
        Explorer.Run(program, Bounds.Unbounded).ExpectOutcomes("111111", "11AA11");
    }
}
