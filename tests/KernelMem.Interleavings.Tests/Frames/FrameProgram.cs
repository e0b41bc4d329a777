using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Interleavings.Tests.Exploring;

namespace KernelMem.Interleavings.Tests.Frames;

/// <summary>
/// A program around a frame allocator, which is made once; before each run its metadata is copied back. Whatever CPUs take through this
/// class is written down, and in the end everything must add up: nothing was given out twice, nothing is lost.
/// </summary>
internal sealed unsafe class FrameProgram : IDisposable
{
    private const int Normal = 1;

    private readonly List<nint> _buffers = [];
    private readonly ExplorerPlatform _platform;
    private readonly List<Holding> _kept = [];
    private readonly List<Holding> _held = [];
    private readonly List<OwnedFrame> _freed = [];

    /// <param name="cpus">How many CPUs the allocator knows of.</param>
    /// <param name="fencesRemotely">Whether they can fence each other.</param>
    /// <param name="usable">Stretches of memory, in frames: first, count.</param>
    public FrameProgram(int cpus, bool fencesRemotely, params (ulong Start, ulong Count)[] usable)
    {
        _platform = new ExplorerPlatform(cpus, fencesRemotely);
        ulong mapBytes = MemoryMapBuilder.MetadataSize(usable.Length);
        MemoryMapBuilder builder = MemoryMapBuilder.Create(Buffer(mapBytes), mapBytes).Value;
        foreach ((ulong start, ulong count) in usable)
            builder.Add(start * Frame.Size, count * Frame.Size, MemoryRegionKind.Usable);

        MemoryMap map = builder.Build().Value;
        ulong earlyBytes = EarlyAllocator.MetadataSize(usable.Length);
        EarlyAllocator early = EarlyAllocator.Create(map, Buffer(earlyBytes), earlyBytes).Value;
        ulong bytes = FrameAllocator<ExplorerPlatform>.MetadataSize(map, cpus);
        void* metadata = Buffer(bytes);
        Allocator = FrameAllocator<ExplorerPlatform>
            .Create(_platform, default, ZoneLayout.Create(PhysAddr.Zero, PhysAddr.Create(1UL << 32)), early, map, metadata, bytes).Value;
        NameParts(usable);
        Program.Watch("metadata", metadata, (int)bytes);
        Program.Setup = () =>
        {
            _freed.Clear();
            _held.Clear();
            _held.AddRange(_kept);
        };
        Program.Check = Check;
    }

    public ConcurrentProgram Program { get; } = new();

    public FrameAllocator<ExplorerPlatform> Allocator { get; }

    /// <summary>More that each run starts with, and more that must hold in the end, before all that is free is taken.</summary>
    public void InEachRun(Action setup, Action check)
    {
        Action first = Program.Setup!;
        Program.Setup = () =>
        {
            first();
            setup();
        };
        Action last = Program.Check!;
        Program.Check = () =>
        {
            check();
            last();
        };
    }

    /// <summary>Takes a block, as the CPU that runs; it must be there.</summary>
    public OwnedFrame Take(int order = 0)
    {
        Assert.IsTrue(TryTake(order, out OwnedFrame block), "no memory");
        return block;
    }

    /// <summary>Takes what a request asks for; it must be there.</summary>
    public OwnedFrame Take(FrameRequest request)
    {
        Assert.IsTrue(TryTake(request, out OwnedFrame block), "no memory");
        return block;
    }

    /// <summary>Takes a block if there is one.</summary>
    public bool TryTake(int order, out OwnedFrame block) => TryTake(FrameRequest.For(FrameUse.User).WithOrder(order), out block);

    private bool TryTake(FrameRequest request, out OwnedFrame block)
    {
        if (!Allocator.Allocate(request).TryGet(out block, out FrameError error))
        {
            Assert.AreEqual(FrameError.OutOfMemory, error);
            return false;
        }

        Hold(block.Range, block.Generation);
        return true;
    }

    /// <summary>Takes single frames, all or none.</summary>
    public bool TryTakeMany(int count)
    {
        Frame[] frames = new Frame[count];
        Result<FrameError> result = Allocator.AllocateMany(FrameUse.User, frames);
        if (result.IsSuccess)
        {
            foreach (Frame frame in frames)
                Hold(FrameRange<Size4KiB>.Create(frame, 1));
        }
        else
        {
            Assert.AreEqual(FrameError.OutOfMemory, result.Error);
        }

        return result.IsSuccess;
    }

    /// <summary>Takes frames next to each other if there are some.</summary>
    public bool TryTakeRun(ulong count, out OwnedFrameRange run)
    {
        if (!Allocator.AllocateContiguous(count, FrameRequest.For(FrameUse.User)).TryGet(out run, out FrameError error))
        {
            Assert.AreEqual(FrameError.OutOfMemory, error);
            return false;
        }

        Hold(run.Range, run.Generation);
        return true;
    }

    /// <summary>Gives a run back; it must be accepted.</summary>
    public void Free(OwnedFrameRange run)
    {
        LetGo(run.Range, run.Generation);
        Assert.IsTrue(Allocator.Free(run).IsSuccess, "refused");
    }

    /// <summary>Gives a block back; it must be accepted.</summary>
    public void Free(OwnedFrame block) => Assert.IsTrue(TryFree(block), "refused");

    /// <summary>Tries to give a block back that another may give back too.</summary>
    /// <returns>Whether it was accepted.</returns>
    public bool TryFree(OwnedFrame block)
    {
        // From now on others may get it.
        LetGo(block.Range, block.Generation);
        Result<FrameError> result = Allocator.Free(block);
        if (result.IsSuccess)
        {
            Assert.DoesNotContain(block, _freed, "freed twice");
            _freed.Add(block);
        }
        else
        {
            Assert.IsTrue(result.Error is FrameError.NotAllocated or FrameError.StaleOwner or FrameError.Withdrawn, $"{result.Error}");
        }

        return result.IsSuccess;
    }

    /// <summary>Takes a frame and gives it back, by the calls for NMI handlers; it may get none.</summary>
    public void TakeAndFreeInNmi()
    {
        LocalFrameAllocator<ExplorerPlatform> cpu = Allocator.EnterNmi();
        if (cpu.Allocate(FrameUse.User).TryGet(out OwnedFrame block))
        {
            Hold(block.Range, block.Generation);
            LetGo(block.Range, block.Generation);
            Assert.IsTrue(cpu.Free(block).IsSuccess, "refused");
        }

        cpu.Leave();
    }

    /// <summary>Gives a block back, by the calls for NMI handlers; it must be accepted.</summary>
    public void FreeInNmi(OwnedFrame block)
    {
        LocalFrameAllocator<ExplorerPlatform> cpu = Allocator.EnterNmi();
        LetGo(block.Range, block.Generation);
        Assert.IsTrue(cpu.Free(block).IsSuccess, "refused");
        cpu.Leave();
    }

    /// <summary>Writes down that nobody else may get some frames; by which allocation, if that is known.</summary>
    public void Hold(FrameRange<Size4KiB> range, uint generation = 0)
    {
        foreach (Holding other in _held)
            Assert.IsFalse(range.Overlaps(other.Range), $"given out twice: {range}, {other.Range}");

        _held.Add(new Holding(range, generation));
    }

    /// <summary>Writes down that others may get some frames from now on: before they are given back.</summary>
    public void LetGo(FrameRange<Size4KiB> range, uint generation) => _held.Remove(new Holding(range, generation));

    /// <summary>Something before the exploration, as a CPU: what is taken then is held in each run.</summary>
    public void Before(int cpu, Action action)
    {
        ExplorerPlatform.Standing = cpu;
        action();
        ExplorerPlatform.Standing = 0;
        _kept.Clear();
        _kept.AddRange(_held);
    }

    /// <summary>How many free frames a CPU keeps for itself.</summary>
    public uint CountKept(int cpu) => Allocator.Books->Cache(cpu, Normal)->CountKept();

    /// <summary>Takes, before the exploration and as a CPU, all but some frames.</summary>
    public void TakeAllBut(int cpu, int frames) => Before(cpu, () =>
    {
        List<OwnedFrame> taken = [];
        while (Allocator.Allocate(FrameUse.User).TryGet(out OwnedFrame block))
            taken.Add(block);

        foreach (OwnedFrame block in taken.Take(frames))
            Assert.IsTrue(Allocator.Free(block).IsSuccess);

        _held.AddRange(taken.Skip(frames).Select(block => new Holding(block.Range, block.Generation)));
    });

    public void Dispose()
    {
        Program.Dispose();
        foreach (nint buffer in _buffers)
            NativeMemory.AlignedFree((void*)buffer);
    }

    private void Check()
    {
        Assert.IsTrue(Allocator.Validate(), "the books do not agree");
        ulong held = (ulong)_held.Sum(holding => (long)holding.Range.Count);
        ulong total = Allocator.GetStatistics().TotalFrames;
        Assert.AreEqual(total - held, Allocator.GetStatistics().FreeFrames, "free frames");

        // What the books say is there can be had. (With much memory that would take longer than all the rest.)
        if (total - held > 16)
            return;

        for (ulong left = total - held; left != 0; left--)
            Take();
        Assert.IsFalse(TryTake(0, out _), "more than there is");
    }

    private void NameParts((ulong Start, ulong Count)[] usable)
    {
        FrameBooks* books = Allocator.Books;
        for (int cpu = 0; cpu < books->CpuLimit; cpu++)
            Program.Name($"cache {cpu}", books->Cache(cpu, Normal), sizeof(FrameCache));

        FramePool* pool = books->Pools + Normal;
        foreach ((ulong start, ulong count) in usable)
        {
            for (uint huge = (uint)(start / FramePool.HugeFrames); huge <= (start + count - 1) / FramePool.HugeFrames; huge++)
            {
                Program.Name($"bits of {huge}", pool->BitsOf(huge), (int)(FramePool.RowsPerHuge * sizeof(ulong)));
                Program.Name($"counter of {huge}", pool->CounterOf(huge), sizeof(uint));
            }

            for (uint frame = (uint)start; frame < start + count; frame++)
            {
                fixed (byte* mark = &books->Table.Mark(frame))
                    Program.Name($"mark of {frame}", mark, 1);
                fixed (uint* generation = &books->Table.Generation(frame))
                    Program.Name($"generation of {frame}", generation, sizeof(uint));
                fixed (uint* detail = &books->Table.Detail(frame))
                    Program.Name($"detail of {frame}", detail, sizeof(uint));
            }
        }

        Program.Name("pool", pool, sizeof(FramePool));
    }

    private void* Buffer(ulong bytes)
    {
        void* buffer = NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear(buffer, (nuint)bytes);
        _buffers.Add((nint)buffer);
        return buffer;
    }

    private readonly record struct Holding(FrameRange<Size4KiB> Range, uint Generation);
}
