namespace KernelMem.Boot;

/// <summary>
/// Where Limine left its answers to a kernel's requests (Limine boot protocol, Requests): the <c>response</c> pointer of each, as it stands
/// in the request after the kernel has been entered. 0 for one that was not asked for, or not answered; only the memory map is needed.
/// </summary>
public readonly struct LimineResponses
{
    /// <summary>The response of the memory map request.</summary>
    public ulong MemoryMap { get; init; }

    /// <summary>The response of the modules request.</summary>
    public ulong Modules { get; init; }

    /// <summary>The response of the command line request.</summary>
    public ulong CommandLine { get; init; }

    /// <summary>The response of the RSDP request.</summary>
    public ulong Rsdp { get; init; }
}
