using System.Collections.Generic;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Classics;

/// <summary>Known bugs of concurrent programs are found; with the known remedy, nothing is.</summary>
[TestClass]
public sealed unsafe class ClassicBugTests
{
    [TestMethod]
    public void A_lost_update()
    {
        Count(atomic: false).ExpectFailure();
        Count(atomic: true).ExpectNoFailure();
    }

    [TestMethod]
    public void A_locked_instruction_that_is_not()
    {
        using ConcurrentProgram program = new();
        uint* counter = program.Place<uint>("counter");
        void Add() => Atomic.FetchAdd(ref *counter, 1);
        program.Cpus = [Add, Add];
        program.Check = () => Assert.AreEqual(2U, *counter);
        Explorer.Run(program).ExpectNoFailure();
        Explorer.Run(program, Bounds.Default with { Fault = Fault.SplitLocked }).ExpectFailure("in the end: ");
    }

    /// <summary>Both CPUs' first stores may still be in their buffers when they look at each other's.</summary>
    [TestMethod]
    public void Petersons_lock_without_a_fence()
    {
        Peterson(fence: false, storeBuffers: true).ExpectFailure("both are inside");
        Peterson(fence: false, storeBuffers: false).ExpectNoFailure();
        Peterson(fence: true, storeBuffers: true).ExpectNoFailure();
    }

    /// <summary>
    /// While one CPU is about to take A off the list A, B, C, another takes A and B and puts A back: the first then makes B the head,
    /// which the other has.
    /// </summary>
    [TestMethod]
    public void A_stack_whose_head_was_away_and_came_back()
    {
        Stack(tagged: false, preemptions: 1).ExpectFailure("in use and on the stack");
        Stack(tagged: true, preemptions: 3).ExpectNoFailure();
    }

    [TestMethod]
    public void A_flag_that_is_raised_before_the_data_is_written()
    {
        using ConcurrentProgram program = new();
        uint* data = program.Place<uint>("data");
        uint* flag = program.Place<uint>("flag");
        void Read() => Assert.IsTrue(Atomic.Load(in *flag) == 0 || Atomic.Load(in *data) == 1, "flag without data");
        program.Cpus = [() => Write(data, flag), Read];
        Explorer.Run(program, Bounds.Unbounded).ExpectNoFailure();
        program.Cpus = [() => Write(flag, data), Read];
        Explorer.Run(program, Bounds.Unbounded).ExpectFailure("flag without data");
    }

    private static void Write(uint* first, uint* second)
    {
        Atomic.Store(ref *first, 1);
        Atomic.Store(ref *second, 1);
    }

    private static Exploration Count(bool atomic)
    {
        using ConcurrentProgram program = new();
        uint* counter = program.Place<uint>("counter");
        void Add()
        {
            for (uint seen = Atomic.Load(in *counter); ; seen = Atomic.Load(in *counter))
            {
                if (!atomic)
                {
                    Atomic.Store(ref *counter, seen + 1);
                    return;
                }

                if (Atomic.TryCompareExchange(ref *counter, seen, seen + 1))
                    return;
            }
        }

        program.Cpus = [Add, Add, Add];
        program.Check = () => Assert.AreEqual(3U, *counter);
        return Explorer.Run(program, Bounds.UpTo(3));
    }

    private static Exploration Peterson(bool fence, bool storeBuffers)
    {
        using ConcurrentProgram program = new();
        ExplorerPlatform platform = new(2);
        uint* wants = program.Place<uint>("wants 0");
        uint* wants1 = program.Place<uint>("wants 1");
        uint* turn = program.Place<uint>("turn");
        uint* inside = program.Place<uint>("inside");
        void Enter(uint* mine, uint* theirs, uint other)
        {
            Atomic.Store(ref *mine, 1);
            Atomic.Store(ref *turn, other);
            if (fence)
                Atomic.Fence();
            while (Atomic.Load(in *theirs) == 1 && Atomic.Load(in *turn) == other)
                platform.Pause();

            Assert.AreEqual(0U, Atomic.FetchAdd(ref *inside, 1), "both are inside");
            Atomic.FetchAdd(ref *inside, uint.MaxValue);
            Atomic.Store(ref *mine, 0);
        }

        program.Cpus = [() => Enter(wants, wants1, 1), () => Enter(wants1, wants, 0)];
        return Explorer.Run(program, Bounds.UpTo(4) with { StoreBuffers = storeBuffers });
    }

    private static Exploration Stack(bool tagged, int preemptions)
    {
        using ConcurrentProgram program = new();
        ulong* head = program.Place("head", 1UL);
        ulong* next1 = program.Place("next of A", 2UL);
        ulong* next2 = program.Place("next of B", 3UL);
        ulong* next3 = program.Place("next of C", 0UL);
        HashSet<ulong> used = [];

        // Nodes are 1 to 3; a tag above them counts changes.
        ref ulong NextOf(ulong node) => ref *(node == 1 ? next1 : node == 2 ? next2 : next3);
        ulong WithNode(ulong old, ulong node) => tagged ? ((old >> 8) + 1) << 8 | node : node;
        ulong Pop()
        {
            while (true)
            {
                ulong top = Atomic.Load(in *head);
                ulong node = top & 0xFF;
                if (node == 0)
                    return 0;

                if (Atomic.TryCompareExchange(ref *head, top, WithNode(top, Atomic.Load(in NextOf(node)))))
                {
                    used.Add(node);
                    return node;
                }
            }
        }

        void Push(ulong node)
        {
            used.Remove(node);
            while (true)
            {
                ulong top = Atomic.Load(in *head);
                Atomic.Store(ref NextOf(node), top & 0xFF);
                if (Atomic.TryCompareExchange(ref *head, top, WithNode(top, node)))
                    return;
            }
        }

        program.Setup = used.Clear;
        program.Cpus =
        [
            () => Pop(),
            () =>
            {
                ulong first = Pop();
                Pop();
                if (first != 0)
                    Push(first);
            },
        ];
        program.Check = () =>
        {
            for (ulong node = *head & 0xFF; node != 0; node = NextOf(node))
                Assert.DoesNotContain(node, used, "in use and on the stack");
        };
        return Explorer.Run(program, Bounds.UpTo(preemptions));
    }
}
