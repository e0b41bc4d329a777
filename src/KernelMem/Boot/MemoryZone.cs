namespace KernelMem.Boot;

/// <summary>A stretch of physical memory that some users need: devices with short addresses, or a 32-bit direct map.</summary>
public enum MemoryZone : byte
{
    /// <summary>What devices with 24 address bits can reach.</summary>
    Dma = 0,

    /// <summary>Everyday memory.</summary>
    Normal = 1,

    /// <summary>Memory above the everyday kind.</summary>
    HighMem = 2,
}
