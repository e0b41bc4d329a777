using System;
using System.Collections.Generic;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>Watermarks, with two CPUs that pass them.</summary>
[TestClass]
public sealed unsafe class FramePressureTests
{
    private const int Normal = (int)MemoryZone.Normal;

    /// <summary>Both take, and the pressure is on, and told once.</summary>
    [TestMethod]
    public void Two_that_pass_the_mark_tell_of_it_once() => BothTake(Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void Two_that_pass_the_mark_tell_of_it_once_at_length() => BothTake(Bounds.UpTo(3)).ExpectNoFailure();

    /// <summary>One takes, one gives back, and takes again or not: whatever comes last, the pressure is that of what is left.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void The_pressure_that_stands_is_that_of_what_is_left(bool again) => TakeAndGive(again, Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(true)]
    [DataRow(false)]
    public void The_pressure_that_stands_is_that_of_what_is_left_at_length(bool again) =>
        TakeAndGive(again, Bounds.UpTo(3)).ExpectNoFailure();

    /// <summary>One comes to tell that it is little, the other that it is enough: the end is not lost.</summary>
    [TestMethod]
    public void The_end_of_the_pressure_is_told_when_two_give_back() => BothGive(Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void The_end_of_the_pressure_is_told_when_two_give_back_at_length() => BothGive(Bounds.UpTo(3)).ExpectNoFailure();

    /// <summary>While little is left, CPUs keep nothing: what one gives back is the other's.</summary>
    [TestMethod]
    public void Under_pressure_frames_that_another_frees_are_seen() => FreeUnderPressure(Bounds.UpTo(2)).ExpectNoFailure();

    [TestMethod]
    [TestCategory("Long")]
    public void Under_pressure_frames_that_another_frees_are_seen_at_length() => FreeUnderPressure(Bounds.UpTo(3)).ExpectNoFailure();

    private static Exploration BothTake(Bounds bounds)
    {
        using Watched watched = new(free: 4, mark: 4);
        watched.Frames.Program.Cpus = [() => watched.Frames.Take(), () => watched.Frames.Take()];
        watched.Frames.InEachRun(() => { }, () => Assert.AreEqual((0U, 1U, 0U), watched.Told));
        return Explorer.Run(watched.Frames.Program, bounds);
    }

    private static Exploration TakeAndGive(bool again, Bounds bounds)
    {
        using Watched watched = new(free: 4, mark: 4);
        watched.Frames.Program.Cpus =
        [
            () => watched.Frames.Take(),
            () =>
            {
                watched.Frames.Free(watched.Taken[0]);
                if (again)
                    watched.Frames.Take();
            },
        ];
        return Explorer.Run(watched.Frames.Program, bounds);
    }

    private static Exploration BothGive(Bounds bounds)
    {
        using Watched watched = new(free: 0, mark: 2);
        watched.Frames.Program.Cpus =
        [
            () => watched.Frames.Free(watched.Taken[0]),
            () =>
            {
                watched.Frames.Free(watched.Taken[1]);
                watched.Frames.Free(watched.Taken[2]);
            },
        ];
        watched.Frames.InEachRun(() => { }, () => Assert.AreEqual(1U, watched.Told.None));
        return Explorer.Run(watched.Frames.Program, bounds);
    }

    private static Exploration FreeUnderPressure(Bounds bounds)
    {
        using Watched watched = new(free: 2, mark: 5);
        watched.Frames.Program.Cpus =
        [
            () => watched.Frames.Free(watched.Taken[0]),
            () =>
            {
                watched.Frames.Free(watched.Taken[1]);
                watched.Frames.Take();
                watched.Frames.Take();
                watched.Frames.Take();
            },
        ];
        return Explorer.Run(watched.Frames.Program, bounds);
    }

    private static void Hear(MemoryZone zone, MemoryPressure pressure, void* context)
    {
        Assert.AreEqual(MemoryZone.Normal, zone);
        Atomic.FetchAdd(ref ((uint*)context)[(int)pressure], 1);
    }

    /// <summary>Six frames, some of them free; with less than a mark free there is pressure. What is told is counted.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly ulong _mark;
        private readonly uint* _told;

        public Watched(int free, ulong mark)
        {
            _mark = mark;
            _told = (uint*)Frames.Program.Place<Counts>("told");
            Frames.TakeAllBut(0, 6);
            Frames.Before(0, () =>
            {
                for (int left = 6; left > free; left--)
                    Taken.Add(Frames.Take());
            });
            Watermarks marks = new() { Low = mark, High = mark };
            Frames.Before(0, () => Frames.Allocator.SetWatermarks(MemoryZone.Normal, marks, &Hear, _told));
            *(Counts*)_told = default;
            MemoryPressure before = Pressure;
            Frames.InEachRun(() => { }, () => Check(before));
        }

        public FrameProgram Frames { get; } = new(2, true, (512, 6));

        /// <summary>Those that are taken.</summary>
        public List<OwnedFrame> Taken { get; } = [];

        /// <summary>How often each pressure was told of.</summary>
        public (uint None, uint Low, uint Min) Told => (_told[0], _told[1], _told[2]);

        private MemoryPressure Pressure => Frames.Allocator.GetPressure(MemoryZone.Normal);

        public void Dispose() => Frames.Dispose();

        private void Check(MemoryPressure before)
        {
            ulong free = Frames.Allocator.GetStatistics().FreeFrames;
            MemoryPressure expected = free >= _mark ? MemoryPressure.None : free > 0 ? MemoryPressure.Low : MemoryPressure.Min;
            Assert.AreEqual(expected, Pressure, $"{free} are free");
            if (Pressure != before)
                Assert.AreNotEqual(0U, _told[(int)Pressure], "not told");

            FrameBooks* books = Frames.Allocator.Books;
            for (int slot = 0; slot < books->Slots; slot++)
            {
                FrameCache* cache = books->Cache(slot, (int)MemoryZone.Normal);
                Assert.AreEqual(Pressure != MemoryPressure.None, cache->IsShutFor(FrameCache.PressureReason), $"slot {slot}");
                Assert.IsTrue(Pressure == MemoryPressure.None || cache->CountKept() == 0, $"slot {slot} keeps frames");
            }
        }
    }

    // One for each pressure.
    private struct Counts
    {
        public uint None;
        public uint Low;
        public uint Min;
    }
}
