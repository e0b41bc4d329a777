namespace KernelMem.Boot;

/// <summary>
/// What a reader accepts at most, so that a corrupt count cannot keep the kernel busy for minutes. Real firmware reports
/// some dozens of entries, large machines with persistent memory some hundreds.
/// </summary>
public static class BootLimits
{
    /// <summary>Entries of a memory map.</summary>
    public const int MapEntries = 65536;

    /// <summary>Modules.</summary>
    public const int Modules = 1024;

    /// <summary>Bytes of a Multiboot 2 information structure: many times what the longest map and the longest command line take.</summary>
    public const int InformationBytes = 16 << 20;
}
