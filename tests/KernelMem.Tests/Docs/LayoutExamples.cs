using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>A timer's control register.</summary>
[BitLayout(typeof(uint))]
[FixedBit(4, true)]
[Reserved(5, 11)]
[Ignored(13, 31)]
public readonly partial struct TimerControl
{
    /// <summary>EN: the timer counts.</summary>
    [Bit(0)] public partial bool Enabled { get; }
    /// <summary>PRE: the clock is divided by 2^PRE.</summary>
    [Bits(1, 2)] public partial byte Prescaler { get; }
    /// <summary>MD: what happens at zero.</summary>
    [Bits(3, 3)] public partial TimerMode Mode { get; }
    /// <summary>IRQ: an interrupt at zero.</summary>
    [Bit(12)] public partial bool InterruptEnabled { get; }
}

public enum TimerMode : byte { OneShot = 0, Periodic = 1 }

/// <summary>Where a device finds its queue.</summary>
[BitLayout]
[Reserved(1, 11)]
[Reserved(52, 63)]
public readonly partial struct QueueBase
{
    [Bit(0)] public partial bool Valid { get; }
    [Address(12, 51)] public partial Frame Queue { get; }
}

/// <summary>The examples of <c>docs/layouts.md</c>, word for word. What they give is checked in <see cref="GuideExamplesTests"/>.</summary>
internal static unsafe class LayoutExamples
{
    public static TimerControl StartTimer()
    {
        // 0x1015: EN, PRE = 2, the fixed bit 4, IRQ
        TimerControl control = TimerControl.Initial
            .WithEnabled(true)
            .WithPrescaler(2)
            .WithInterruptEnabled(true);

        return control;
    }

    public static void StopTimer(uint* register)
    {
        TimerControl control = TimerControl.FromRaw(Atomic.Load(in *register));
        Atomic.Store(ref *register, control.WithEnabled(false).Value);
    }

    public static PtEntry MakeEntry(Frame frame)
    {
        PtEntry entry = PtEntry.Initial
            .WithPresent(true)
            .WithWritable(true)
            .WithNoExecute(true)
            .WithFrame(frame);

        return entry;
    }

    public static void MapLarge(PageTable<PdAnyEntry> directory, VirtAddr address, Frame<Size2MiB> frame)
    {
        // Either kind of entry converts to PdAnyEntry implicitly. Initial has PS set.
        directory[address.PdIndex] = PdPageEntry.Initial
            .WithPresent(true)
            .WithNoExecute(true)
            .WithFrame(frame);
    }

    public static bool TryTranslate(Frame pml4, VirtAddr address, DirectMap map, out PhysAddr result)
    {
        result = default;
        Pml4Entry top = PageTable<Pml4Entry>.Create(pml4, map)[address.Pml4Index];
        if (!top.Present)
            return false;

        PdptAnyEntry third = PageTable<PdptAnyEntry>.Create(top.Table, map)[address.PdptIndex];
        if (third.TryGetPage(out PdptPageEntry gigabyte))
        {
            result = gigabyte.Frame.Start + address.OffsetIn<Size1GiB>();
            return true;
        }

        if (!third.TryGetTable(out PdptEntry upper))
            return false;

        PdAnyEntry second = PageTable<PdAnyEntry>.Create(upper.Table, map)[address.PdIndex];
        if (second.TryGetPage(out PdPageEntry large))
        {
            result = large.Frame.Start + address.OffsetIn<Size2MiB>();
            return true;
        }

        if (!second.TryGetTable(out PdEntry lower))
            return false;

        PtEntry last = PageTable<PtEntry>.Create(lower.Table, map)[address.PtIndex];
        result = last.Frame.Start + address.OffsetIn<Size4KiB>();
        return last.Present;
    }

    public static void WriteProtect(PageTable<PtEntry> table, TableIndex index)
    {
        // The processor may set A or D between reading and writing; then repeat with the new value.
        PtEntry seen = table[index];
        while (!table.TryReplace(index, seen, seen.WithWritable(false), out PtEntry found))
            seen = found;
    }
}
