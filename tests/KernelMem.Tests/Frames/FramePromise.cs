using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Frames;
using KernelMem.Tests.Platform;

namespace KernelMem.Tests.Frames;

/// <summary>
/// The promise that no allocation fails while an eligible frame is free: threads that allocate and free so that some frames are free at
/// every moment, each of which asks for single frames, and is never refused one.
/// </summary>
internal sealed class FramePromise(int frames, int spare, int threads, bool fences, int seed)
{
    private readonly ConcurrentQueue<OwnedFrame> _mail = new();
    private readonly string _name = $"{frames} frames, {spare} spare, {threads} threads, fences {fences}, seed {seed}";
    private int _out;

    public void Run(int steps)
    {
        FramePlan plan = new() { Usable = [(1, (ulong)frames)], Cpus = threads, Nodes = [(4096, 4096, 1)], Homes = [0, 1] };
        using var world = new FrameWorld<ThreadPlatform>(plan, _ => new ThreadPlatform(threads, fences), fill: false);
        int[] owners = new int[frames + 1];
        int fullest = 0;
        Contention.Run(threads, number =>
        {
            ThreadPlatform.Be(number);
            Work(world.Allocator, owners, new Random((seed * 16) + number), steps, ref fullest);
        });

        ThreadPlatform.Be(0);
        while (_mail.TryDequeue(out OwnedFrame frame))
            Assert.IsTrue(world.Allocator.Free(frame).IsSuccess);

        Assert.AreEqual((ulong)frames, world.Allocator.GetStatistics().FreeFrames, _name);
        Assert.IsTrue(world.Allocator.Validate(), _name);
        Assert.AreEqual(frames - spare, fullest, $"{_name}: it was never as full as it may be");
    }

    // What is out is counted before it is asked for, and until it is back: so what is not out is free.
    private bool TryPromise(int count, ref int fullest)
    {
        int now = Interlocked.Add(ref _out, count);
        if (now <= frames - spare)
        {
            if (now > fullest)
                fullest = now;

            return true;
        }

        Interlocked.Add(ref _out, -count);
        return false;
    }

    private void Work(FrameAllocator<ThreadPlatform> allocator, int[] owners, Random random, int steps, ref int fullest)
    {
        List<OwnedFrame> own = [];
        Frame[] many = new Frame[40];
        for (int step = 0; step < steps; step++)
        {
            // Mostly nearly full; now and then much comes back.
            int choice = random.Next(100);
            bool growing = step / 500 % 4 != 3;
            if (choice < (growing ? 60 : 30))
            {
                if (TryPromise(1, ref fullest))
                    own.Add(Single(allocator, owners, random));
            }
            else if (choice < 65)
            {
                Block(allocator, owners, random.Next(1, 9), own, ref fullest);
            }
            else if (choice < 68 && TryPromise(many.Length, ref fullest))
            {
                Assert.IsTrue(allocator.AllocateMany(FrameUse.Heap, many).IsSuccess, $"{_name}, step {step}: many");
                foreach (Frame frame in many)
                    own.Add(Owned(owners, new OwnedFrame((uint)frame.Number, 0, FrameUse.Heap, allocator.GetInfo(frame).Generation)));
            }
            else if (choice < 75 && own.Count != 0)
            {
                _mail.Enqueue(Draw(own, random));
            }
            else if (choice < 80 && _mail.TryDequeue(out OwnedFrame received))
            {
                Free(allocator, owners, received);
            }
            else if (own.Count != 0)
            {
                Free(allocator, owners, Draw(own, random));
            }
        }

        foreach (OwnedFrame block in own)
            Free(allocator, owners, block);
    }

    private OwnedFrame Single(FrameAllocator<ThreadPlatform> allocator, int[] owners, Random random)
    {
        FrameRequest request = FrameRequest.For(FrameUse.User).WithZone((MemoryZone)random.Next(1, 3)).WithNode(random.Next(-1, 3));
        bool given = (random.Next(2) == 0 ? allocator.Allocate(FrameUse.User) : allocator.Allocate(request))
            .TryGet(out OwnedFrame frame, out FrameError error);
        Assert.IsTrue(given, $"{_name}: {error} with at most {Volatile.Read(ref _out)} out of {frames}");
        return Owned(owners, frame);
    }

    // These may fail: but what they take and put back on the way must not hide it from others.
    private void Block(FrameAllocator<ThreadPlatform> allocator, int[] owners, int order, List<OwnedFrame> own, ref int fullest)
    {
        if (!TryPromise(1 << order, ref fullest))
            return;

        if (allocator.Allocate(FrameRequest.For(FrameUse.Dma).WithOrder(order)).TryGet(out OwnedFrame block, out _))
            own.Add(Owned(owners, block));
        else
            Interlocked.Add(ref _out, -(1 << order));
    }

    private OwnedFrame Owned(int[] owners, OwnedFrame block)
    {
        foreach (var frame in block.Range)
            Assert.AreEqual(0, Interlocked.Exchange(ref owners[frame.Number], 1), $"{_name}: frame {frame.Number} has an owner");

        return block;
    }

    private static OwnedFrame Draw(List<OwnedFrame> own, Random random)
    {
        int index = random.Next(own.Count);
        OwnedFrame block = own[index];
        own[index] = own[^1];
        own.RemoveAt(own.Count - 1);
        return block;
    }

    private void Free(FrameAllocator<ThreadPlatform> allocator, int[] owners, OwnedFrame block)
    {
        foreach (var frame in block.Range)
            Volatile.Write(ref owners[frame.Number], 0);

        Assert.IsTrue(allocator.Free(block).IsSuccess, _name);
        Interlocked.Add(ref _out, -(int)block.Count);
    }
}
