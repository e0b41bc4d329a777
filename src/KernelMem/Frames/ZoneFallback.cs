using KernelMem.Boot;

namespace KernelMem.Frames;

/// <summary>
/// Which zones serve a request, in which order. DMA memory is the scarcest, so it serves others last; and nothing else serves a
/// request for it, for a device that cannot reach the memory gains nothing by it.
/// </summary>
internal static class ZoneFallback
{
    /// <summary>How many zones may serve a request.</summary>
    public static int Count(MemoryZone preferred, bool exact) => exact || preferred == MemoryZone.Dma ? 1 : ZoneLayout.ZoneCount;

    /// <summary>The zone to ask at a turn, from 0.</summary>
    public static MemoryZone At(MemoryZone preferred, int turn) => turn switch
    {
        0 => preferred,
        1 => preferred == MemoryZone.Normal ? MemoryZone.HighMem : MemoryZone.Normal,
        _ => MemoryZone.Dma,
    };
}
