#define KERNELMEM_TRACE
using System;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/addresses.md</c>, word for word. What they give is checked in <see cref="GuideExamplesTests"/>.</summary>
internal static unsafe class AddressExamples
{
    public static (PhysAddr Image, bool Canonical, VirtAddr Kernel) Constructors()
    {
        PhysAddr image = PhysAddr.Create(0x10_0000); // known to be valid; panics otherwise
        bool canonical = VirtAddr.TryCreate(0x8000_0000_0000, out _); // not known to be valid: false, it is in the hole
        VirtAddr kernel = VirtAddr.CreateTruncated(0x8000_0000_0000); // sign-extends bit 47: 0xffff_8000_0000_0000

        return (image, canonical, kernel);
    }

    public static (bool Added, bool Stepped, VirtAddr Next) AddingAndStepping()
    {
        VirtAddr last = VirtAddr.Create(0x7FFF_FFFF_FFFF);
        bool added = last.TryAdd(1, out _); // false: the sum is in the hole; last + 1 would panic
        bool stepped = last.TryStepForward(1, AddressWidth.Bits48, out VirtAddr next); // 0xffff_8000_0000_0000

        return (added, stepped, next);
    }

    public static (bool Narrow, bool Wide, VirtAddr Next) WideArithmetic()
    {
        VirtAddr wide = VirtAddr.CreateLa57(0x0080_0000_0000_0000);
        bool narrow = wide.TryAdd(Page.Size, out _); // false: 48 bits are assumed, and the address is wider
        bool known = wide.TryAdd(Page.Size, AddressWidth.Bits57, out VirtAddr next); // true

        return (narrow, known, next);
    }

    public static (Page Page, Page<Size2MiB> Large, ulong Offset, int Entry) PagesAndOffsets()
    {
        VirtAddr address = VirtAddr.Create(0xFFFF_8000_0012_3456);
        Page page = Page.Containing(address); // 0xffff_8000_0012_3000
        Page<Size2MiB> large = Page<Size2MiB>.Containing(address); // 0xffff_8000_0000_0000
        ulong offset = address.OffsetIn<Size4KiB>(); // 0x456
        int entry = address.PtIndex; // 0x123: bits 20:12

        return (page, large, offset, entry);
    }

    public static (ulong Inside, ulong Touched, ulong Visited) PagesOfARange()
    {
        VirtRange buffer = VirtRange.Create(VirtAddr.Create(0x1000_0800), length: 0x2000);
        PageRange<Size4KiB> inside = buffer.PagesInside<Size4KiB>(); // one page, at 0x1000_1000
        PageRange<Size4KiB> touched = buffer.PagesTouched<Size4KiB>(); // three, from 0x1000_0000
        ulong visited = 0;
        foreach (Page page in touched)
            visited += page.Range.Length;

        return (inside.Count, touched.Count, visited);
    }

    public static (PhysAddr Up, PhysAddr Down, bool Possible) Rounding()
    {
        PhysAddr up = PhysAddr.Create(0x1234).AlignUp(Size4KiB.Bytes); // 0x2000
        PhysAddr down = PhysAddr.Create(0x1234).AlignDown(Size4KiB.Bytes); // 0x1000
        bool possible = PhysAddr.Max.TryAlignUp(Size4KiB.Bytes, out _); // false: it would be 2^52

        return (up, down, possible);
    }

    public static void WriteAddress(TextOutput output, VirtAddr address)
    {
        Span<byte> text = stackalloc byte[21];
        if (address.TryFormat(text, out int length, "_"))
            output.WriteLine(text[..length]); // 0xFFFF_8000_0012_3456
    }

    public static void InstallPanicHandler() => Panic.Handler = &Stop;

    private static void Stop(string message)
    {
        TextOutput output = new(&SerialPort.Write);
        output.Write("panic: "u8);
        output.Write(message);
        output.WriteLine();
    }

    public static Result<PhysRange, CarveError> CarveStack(PhysRange range, ulong bytes) =>
        bytes <= range.Length ? PhysRange.Create(range.Start, bytes) : CarveError.TooShort;

    public static ulong UseStack(PhysRange range)
    {
        if (!CarveStack(range, 4 * Page.Size).TryGet(out PhysRange stack, out CarveError error))
            return error == CarveError.TooShort ? 0 : ulong.MaxValue;

        return stack.Length;
    }

    public static (VirtAddr Text, bool Mapped) ReachPhysicalMemory()
    {
        DirectMap map = DirectMap.Create(VirtAddr.Create(0xFFFF_8000_0000_0000), length: 4UL << 30);
        VirtAddr text = map.ToVirtual(PhysAddr.Create(0xB_8000)); // 0xffff_8000_000b_8000
        bool mapped = map.TryToVirtual(PhysAddr.Create(5UL << 30), out _); // false

        return (text, mapped);
    }

    public static void StartTracing() => TraceSink.Handler = &Record;
    public static void TraceTimer(ulong ticks) => TraceSink.Emit(TraceEventKind.FirstOfKernel, ticks, 0);

    private static ulong s_latestTicks;

    private static void Record(TraceEvent traceEvent)
    {
        if (traceEvent.Kind == TraceEventKind.FirstOfKernel)
            Atomic.Store(ref s_latestTicks, traceEvent.First);
    }

    public static ulong LatestTicks => Atomic.Load(in s_latestTicks);
}

public enum CarveError : byte
{
    None = 0,

    /// <summary>Take another range.</summary>
    TooShort,
}

internal struct EventCounter
{
    private SpinLock _lock;
    private ulong _events;
    private ulong _bytes;

    public void Add<TPlatform>(TPlatform platform, ulong bytes)
        where TPlatform : unmanaged, IPlatform
    {
        SpinLockGuard<TPlatform> guard = _lock.Acquire(platform);
        _events++;
        _bytes += bytes;
        guard.Release();
    }

    [RequiresLock(nameof(_lock))]
    public readonly ulong Average => _events == 0 ? 0 : _bytes / _events;
}
