using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Heap;
using KernelMem.Simulation;

namespace KernelMem.Tests.Heap;

/// <summary>
/// Memory for a heap on a simulated machine: page tables by hand, frames that are dirty when they are handed out, a real flush of
/// every CPU, failures on demand; and it fails the test when the heap breaks its part of the contract.
/// </summary>
internal sealed unsafe class HeapSupply
{
    public const byte Dirt = 0xA5;
    private const byte FlushVector = 0xF0;
    private const ulong PageBytes = 4096;
    private const ulong Root = 0x1000;
    private const ulong FirstFrame = 0x100_0000;

    private static readonly List<HeapSupply> All = [];

    private readonly SimulatedMachine _machine;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, ulong> _mapped = [];
    private readonly HashSet<ulong> _leaving = [];
    private readonly HashSet<ulong> _metadata = [];
    private readonly Stack<ulong> _freeFrames = [];
    private readonly ConcurrentQueue<Flush>[] _flushes;
    private ulong _nextTable = Root + PageBytes;
    private ulong _nextFrame = FirstFrame;

    public HeapSupply(SimulatedMachine machine)
    {
        _machine = machine;
        _flushes = [.. machine.Cpus.Select(_ => new ConcurrentQueue<Flush>())];
        foreach (SimulatedCpu cpu in machine.Cpus)
            cpu.Cr3 = Root;
        machine.InterruptHandler = (cpu, _) => Answer(cpu);
        lock (All)
        {
            Handle = All.Count;
            All.Add(this);
        }
    }

    public int Handle { get; }

    /// <summary>Counts calls down; the one that reaches zero fails. Zero: none fails.</summary>
    public int FailIn { get; set; }

    /// <summary>How often it has failed on demand.</summary>
    public int Failed { get; private set; }

    /// <summary>How many times it mapped or unmapped.</summary>
    public int Calls { get; private set; }

    /// <summary>Called in the middle of an unmapping.</summary>
    public Action<PageRange<Size4KiB>>? WhileUnmapping { get; set; }

    /// <summary>Called in the middle of a mapping.</summary>
    public Action<PageRange<Size4KiB>>? WhileMapping { get; set; }

    /// <summary>The addresses of mapped pages.</summary>
    public ulong[] Mapped
    {
        get
        {
            lock (_lock)
                return [.. _mapped.Keys.Order()];
        }
    }

    public int MetadataFrames
    {
        get
        {
            lock (_lock)
                return _metadata.Count;
        }
    }

    public static HeapSupply Find(int handle)
    {
        lock (All)
            return All[handle];
    }

    public bool IsMapped(ulong page)
    {
        lock (_lock)
            return _mapped.ContainsKey(page);
    }

    public Result<HeapError> Map(PageRange<Size4KiB> pages)
    {
        WhileMapping?.Invoke(pages);
        lock (_lock)
        {
            Calls++;
            if (MustFail())
                return HeapError.OutOfMemory;
            Assert.IsFalse(pages.IsEmpty);
            foreach (Page<Size4KiB> page in pages)
            {
                ulong address = page.Start.Value;
                Assert.DoesNotContain(address, _leaving, $"0x{address:X} is mapped again before it was flushed");
                ulong frame = TakeFrame(Dirt);
                Assert.IsTrue(_mapped.TryAdd(address, frame), $"0x{address:X} is mapped already");
                *Entry(address) = frame | 3; // present, writable
            }
        }

        return Result<HeapError>.Success;
    }

    public void Unmap(PageRange<Size4KiB> pages)
    {
        Assert.IsTrue(_machine.CurrentCpu.InterruptsEnabled, "it waits for other CPUs with interrupts off");
        List<ulong> frames = [];
        lock (_lock)
        {
            Calls++;
            Assert.IsFalse(pages.IsEmpty);
            foreach (Page<Size4KiB> page in pages)
            {
                ulong address = page.Start.Value;
                Assert.IsTrue(_mapped.Remove(address, out ulong frame), $"0x{address:X} is not mapped");
                Assert.IsTrue(_leaving.Add(address));
                *Entry(address) = 0;
                frames.Add(frame);
            }
        }

        WhileUnmapping?.Invoke(pages);
        FlushEverywhere();
        lock (_lock)
        {
            foreach (Page<Size4KiB> page in pages)
                _leaving.Remove(page.Start.Value);
            frames.ForEach(_freeFrames.Push);
        }
    }

    public Result<HeapFrame, HeapError> AllocateMetadataFrame()
    {
        lock (_lock)
        {
            if (MustFail())
                return HeapError.OutOfMemory;
            ulong frame = TakeFrame(0);
            _metadata.Add(frame);
            return new HeapFrame(Pointer(frame));
        }
    }

    public void FreeMetadataFrame(HeapFrame frame)
    {
        lock (_lock)
        {
            ulong address = (ulong)frame.Pointer - (ulong)Pointer(0);
            Assert.IsTrue(_metadata.Remove(address), "not a frame for descriptors");
            NativeMemory.Fill(frame.Pointer, (nuint)PageBytes, 0xEE);
            _freeFrames.Push(address);
        }
    }

    private bool MustFail()
    {
        if (FailIn == 0 || --FailIn != 0)
            return false;
        Failed++;
        return true;
    }

    private ulong TakeFrame(byte contents)
    {
        if (!_freeFrames.TryPop(out ulong frame))
        {
            frame = _nextFrame;
            _nextFrame += PageBytes;
        }

        NativeMemory.Fill(Pointer(frame), (nuint)PageBytes, contents);
        return frame;
    }

    // Where the last entry for an address is; tables are made as needed.
    private ulong* Entry(ulong address)
    {
        ulong table = Root;
        for (int shift = 39; ; shift -= 9)
        {
            ulong* entry = (ulong*)Pointer(table) + (address >> shift) % 512;
            if (shift == 12)
                return entry;
            if (*entry == 0)
            {
                *entry = _nextTable | 3;
                _nextTable += PageBytes;
            }

            table = *entry & 0x000F_FFFF_FFFF_F000;
        }
    }

    private byte* Pointer(ulong physical) => _machine.Memory.DirectMap.ToPointer<byte>(PhysAddr.Create(physical));

    private void FlushEverywhere()
    {
        SimulatedPlatform platform = _machine.Platform;
        SimulatedCpu own = _machine.CurrentCpu;
        own.FlushAll();
        SimulatedCpu[] others = [.. _machine.Cpus.Where(cpu => cpu != own)];
        Flush flush = new() { Left = others.Length };
        foreach (SimulatedCpu cpu in others)
        {
            _flushes[cpu.Id.Value].Enqueue(flush);
            platform.SendInterrupt(cpu.Id, FlushVector);
        }

        while (Volatile.Read(ref flush.Left) != 0)
            platform.Pause();
    }

    private void Answer(SimulatedCpu cpu)
    {
        List<Flush> asked = [];
        while (_flushes[cpu.Id.Value].TryDequeue(out Flush? flush))
            asked.Add(flush);
        cpu.FlushAll();
        foreach (Flush flush in asked)
            Interlocked.Decrement(ref flush.Left);
    }

    private sealed class Flush
    {
        public int Left;
    }
}

/// <summary>The supply as the heap sees it: a number.</summary>
internal readonly struct TestPages(int handle) : IHeapPages
{
    public Result<HeapError> Map(PageRange<Size4KiB> pages) => HeapSupply.Find(handle).Map(pages);

    public void Unmap(PageRange<Size4KiB> pages) => HeapSupply.Find(handle).Unmap(pages);

    public Result<HeapFrame, HeapError> AllocateMetadataFrame() => HeapSupply.Find(handle).AllocateMetadataFrame();

    public void FreeMetadataFrame(HeapFrame frame) => HeapSupply.Find(handle).FreeMetadataFrame(frame);
}
