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
}
