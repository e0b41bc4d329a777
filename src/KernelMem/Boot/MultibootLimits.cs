namespace KernelMem.Boot;

/// <summary>
/// All that a Multiboot loader without a memory map says: how much RAM lies from address 0 and from 1 MiB up
/// (Multiboot 0.6.96 §3.3, <c>mem_lower</c> and <c>mem_upper</c>).
/// </summary>
internal readonly struct MultibootLimits
{
    public const int RegionCount = 2;

    private const uint MaximumLowerKiB = 640; // "The maximum possible value": above it lies the video memory
    private const ulong UpperStart = 0x10_0000;
    private const uint Ram = 1;

    private readonly uint _lowerKiB;
    private readonly uint _upperKiB;

    public MultibootLimits(uint lowerKiB, uint upperKiB)
    {
        _lowerKiB = lowerKiB < MaximumLowerKiB ? lowerKiB : MaximumLowerKiB;
        _upperKiB = upperKiB;
    }

    public bool TryGetRegion(int index, out FirmwareRegion region)
    {
        region = index switch
        {
            0 => new FirmwareRegion(0, _lowerKiB * 1024UL, Ram),
            1 => new FirmwareRegion(UpperStart, _upperKiB * 1024UL, Ram),
            _ => default,
        };
        return index is >= 0 and < RegionCount;
    }
}
