using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

/// <summary>
/// Threads as CPUs that allocate and free everything there is in every way, and free what others allocated. Each frame has an owner in
/// an array: none has two. In between, all stop, and the books must be right.
/// </summary>
internal sealed class FrameTorture : IDisposable
{
    private readonly FrameWorld<ThreadPlatform> _world;
    private readonly int[] _owners;
    private readonly ConcurrentQueue<Piece> _mail = new();
    private readonly Worker[] _workers;
    private readonly string _name;
    private readonly ulong _share;
    private readonly bool _many;

    public FrameTorture(FramePlan plan, int threads, bool fences, bool many, int seed)
    {
        _name = $"seed {seed}, {threads} threads, fences {fences}, many {many}";
        _many = many;
        _world = new FrameWorld<ThreadPlatform>(plan with { Cpus = threads }, _ => new ThreadPlatform(threads, fences), fill: false);
        _owners = new int[plan.End];
        _share = _world.Allocator.GetStatistics().FreeFrames / (ulong)threads;
        _workers = [.. Enumerable.Range(0, threads).Select(cpu => new Worker(this, cpu, (seed * 16) + cpu))];
    }

    /// <summary>Blocks, runs and single frames that one worker has, or that lie in the mail.</summary>
    private readonly record struct Piece(OwnedFrame Block, OwnedFrameRange? Run)
    {
        public ulong Start => Run?.Start.Number ?? Block.Start.Number;

        public ulong Count => Run?.Count ?? Block.Count;

        public FrameUse Use => Run?.Use ?? Block.Use;
    }

    public ulong Failures => _world.Allocator.GetStatistics().Failures;

    /// <summary>Works for some rounds of some steps each, with everything checked after each round.</summary>
    public void Run(int rounds, int steps)
    {
        using var gate = new Barrier(_workers.Length, _ => CheckQuiet());
        Contention.Run(_workers.Length, number =>
        {
            ThreadPlatform.Be(number);
            for (int round = 0; round < rounds; round++)
            {
                try
                {
                    _workers[number].Work(steps);
                }
                catch
                {
                    // The others would wait at the gate for ever.
                    gate.RemoveParticipant();
                    throw;
                }

                gate.SignalAndWait();
            }
        });
    }

    public void GiveAllBack()
    {
        ThreadPlatform.Be(0);
        foreach (Worker worker in _workers)
            worker.GiveAllBack();

        CheckQuiet();
        FrameStatistics end = _world.Allocator.GetStatistics();
        Assert.AreEqual((end.TotalFrames, end.Allocations), (end.FreeFrames, end.Frees), _name);
    }

    public void Dispose() => _world.Dispose();

    private void CheckQuiet()
    {
        Assert.IsTrue(_world.Allocator.Validate(), _name);
        ulong owned = (ulong)_owners.LongCount(owner => owner != 0);
        FrameStatistics all = _world.Allocator.GetStatistics();
        Assert.AreEqual(owned, all.UsedFrames, _name);
        foreach (FrameUse use in Enum.GetValues<FrameUse>().Where(FrameUses.IsRequestable))
            Assert.AreEqual((ulong)_owners.LongCount(owner => owner == (int)use), _world.Allocator.FramesInUse(use), $"{_name}: {use}");
    }

    private sealed class Worker(FrameTorture torture, int cpu, int seed)
    {
        private readonly FrameAllocator<ThreadPlatform> _frames = torture._world.Allocator;
        private readonly Random _random = new(seed);
        private readonly List<Piece> _own = [];
        private readonly FrameUse _use = (FrameUse)(cpu + 1);
        private ulong _held;

        public void Work(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                // About as much as there is, so that memory runs out often.
                bool hungry = _held < torture._share || _random.Next(4) == 0;
                int choice = _random.Next(100);
                if (choice < 3 && torture._many)
                    FreeMany();
                else if (choice < 6 && torture._many)
                    AllocateMany();
                else if (choice < 16 && torture._mail.TryDequeue(out Piece received))
                    Free(received);
                else if (choice < 20)
                    Mail();
                else if (choice < (hungry ? 65 : 40))
                    Allocate();
                else
                    FreeOne();
            }
        }

        public void GiveAllBack()
        {
            while (torture._mail.TryDequeue(out Piece received))
                Free(received);

            while (_own.Count != 0)
                FreeOne();
        }

        private void Allocate()
        {
            FrameRequest request = FrameRequest.For(_use)
                .WithZone((MemoryZone)_random.Next(3))
                .WithExactZone(_random.Next(3) == 0)
                .WithOrder(_random.Next(3) == 0 ? _random.Next(11) : 0)
                .WithNode(_random.Next(4) == 0 ? _random.Next(3) : -1);
            switch (_random.Next(10))
            {
                case 0:
                    ulong length = (ulong)_random.Next(1, _random.Next(20) == 0 ? 700 : 40);
                    bool ran = _frames.AllocateContiguous(length, request).TryGet(out OwnedFrameRange run, out FrameError error);
                    Keep(ran ? new Piece(default, run) : default, error);
                    break;
                case 1:
                    Keep(_frames.Allocate(request.WithAlignment(4096UL << _random.Next(8)).WithBoundary(4UL << 20)));
                    break;
                case 2:
                    Keep(_frames.Allocate(request.WithOrder(7 + _random.Next(2))));
                    break;
                case < 6:
                    Keep(_frames.Allocate(_use));
                    break;
                default:
                    Keep(_frames.Allocate(request));
                    break;
            }
        }

        private void Keep(Result<OwnedFrame, FrameError> result) =>
            Keep(result.TryGet(out OwnedFrame block, out FrameError error) ? new Piece(block, null) : default, error);

        private void Keep(Piece piece, FrameError error)
        {
            if (error != FrameError.None)
            {
                Assert.AreEqual(FrameError.OutOfMemory, error, torture._name);
                return;
            }

            for (ulong number = piece.Start; number < piece.Start + piece.Count; number++)
            {
                int owner = Interlocked.Exchange(ref torture._owners[number], (int)piece.Use);
                Assert.AreEqual(0, owner, $"{torture._name}: frame {number} of a piece of {piece.Count} has an owner");
            }

            _own.Add(piece);
            _held += piece.Count;
        }

        private void AllocateMany()
        {
            Frame[] frames = new Frame[_random.Next(1, 150)];
            if (_frames.AllocateMany(_use, frames).TryGetError(out FrameError error))
            {
                Assert.AreEqual(FrameError.OutOfMemory, error);
                return;
            }

            foreach (Frame frame in frames)
                Keep(new Piece(new OwnedFrame((uint)frame.Number, 0, _use, _frames.GetInfo(frame).Generation), null), FrameError.None);
        }

        private void FreeMany()
        {
            Piece[] pieces = [.. _own.OrderBy(piece => piece.Start).Take(_random.Next(1, 150))];
            foreach (Piece piece in pieces)
            {
                Disown(piece);
                _held -= piece.Count;
            }

            HashSet<ulong> starts = [.. pieces.Select(piece => piece.Start)];
            _own.RemoveAll(piece => starts.Contains(piece.Start));
            Frame[] frames = [.. pieces.Select(piece => FrameWorld.At(piece.Start))];
            Assert.IsTrue(_frames.FreeMany(frames, _use, out int freed).IsSuccess, $"{torture._name}: {freed} of {frames.Length}");
        }

        private void Mail()
        {
            if (Draw() is { } piece)
                torture._mail.Enqueue(piece);
        }

        private void FreeOne()
        {
            if (Draw() is { } piece)
                Free(piece);
        }

        private Piece? Draw()
        {
            if (_own.Count == 0)
                return null;

            int index = _random.Next(_own.Count);
            Piece piece = _own[index];
            _own[index] = _own[^1];
            _own.RemoveAt(_own.Count - 1);
            _held -= piece.Count;
            return piece;
        }

        private void Free(Piece piece)
        {
            Disown(piece);
            Result<FrameError> result = _random.Next(3) switch
            {
                0 when piece.Run is { } run => _frames.Free(run),
                0 => _frames.Free(piece.Block),
                1 when _frames.DropReference(FrameWorld.At(piece.Start), piece.Use).TryGet(out bool freed, out FrameError error) =>
                    freed ? Result<FrameError>.Success : FrameError.Shared,
                _ => _frames.Free(FrameWorld.At(piece.Start), piece.Use),
            };
            Assert.IsFalse(result.TryGetError(out FrameError refusal), $"{torture._name}: {refusal}");
        }

        private void Disown(Piece piece)
        {
            for (ulong number = piece.Start; number < piece.Start + piece.Count; number++)
                Assert.AreEqual((int)piece.Use, Interlocked.Exchange(ref torture._owners[number], 0), $"{torture._name}: frame {number}");
        }
    }
}
