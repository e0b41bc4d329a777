using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>Where one <see cref="MemoryZone"/> ends and the next begins. <c>default</c> puts everything into the highest zone.</summary>
public readonly struct ZoneLayout
{
    /// <summary>How many zones there are.</summary>
    public const int ZoneCount = 3;

    private const ulong MiB = 1 << 20;

    private ZoneLayout(PhysAddr dmaEnd, PhysAddr normalEnd)
    {
        DmaEnd = dmaEnd;
        NormalEnd = normalEnd;
    }

    /// <summary>The usual layout: DMA below 16 MiB (ISA devices), normal below 896 MiB, high memory above.</summary>
    public static ZoneLayout Standard => new(PhysAddr.CreateUnchecked(16 * MiB), PhysAddr.CreateUnchecked(896 * MiB));

    /// <summary>The first address above <see cref="MemoryZone.Dma"/>.</summary>
    public PhysAddr DmaEnd { get; }

    /// <summary>The first address above <see cref="MemoryZone.Normal"/>.</summary>
    public PhysAddr NormalEnd { get; }

    /// <summary>A layout of one's own. Panics if the bounds are not multiples of 4 KiB in ascending order; equal bounds make an empty zone.</summary>
    public static ZoneLayout Create(PhysAddr dmaEnd, PhysAddr normalEnd)
    {
        Panic.Assert(TryCreate(dmaEnd, normalEnd, out ZoneLayout layout), "ZoneLayout.Create: bounds unaligned or out of order");
        return layout;
    }

    /// <summary>A layout of one's own.</summary>
    /// <returns>False if the bounds are not multiples of 4 KiB in ascending order.</returns>
    public static bool TryCreate(PhysAddr dmaEnd, PhysAddr normalEnd, out ZoneLayout layout)
    {
        bool valid = dmaEnd.IsAligned(Size4KiB.Bytes) && normalEnd.IsAligned(Size4KiB.Bytes) && dmaEnd.Value <= normalEnd.Value;
        layout = valid ? new ZoneLayout(dmaEnd, normalEnd) : default;
        return valid;
    }

    /// <summary>The zone an address lies in. Every address lies in exactly one.</summary>
    public MemoryZone ZoneOf(PhysAddr address)
    {
        if (address.Value < DmaEnd.Value)
            return MemoryZone.Dma;

        return address.Value < NormalEnd.Value ? MemoryZone.Normal : MemoryZone.HighMem;
    }

    /// <summary>All addresses of a zone. The zones follow each other from 0 to 2^52 without a gap.</summary>
    /// <param name="zone">The zone; panics if it is none.</param>
    public PhysRange RangeOf(MemoryZone zone)
    {
        Panic.Assert(zone <= MemoryZone.HighMem, "ZoneLayout.RangeOf: no such zone");
        return zone switch
        {
            MemoryZone.Dma => PhysRange.Create(PhysAddr.Zero, DmaEnd.Value),
            MemoryZone.Normal => PhysRange.Create(DmaEnd, NormalEnd.Value - DmaEnd.Value),
            _ => PhysRange.Create(NormalEnd, PhysAddr.Limit - NormalEnd.Value),
        };
    }

    /// <summary>A short name to print, a literal.</summary>
    public static string Name(MemoryZone zone) => zone switch
    {
        MemoryZone.Dma => "DMA",
        MemoryZone.Normal => "Normal",
        _ => "HighMem",
    };
}
