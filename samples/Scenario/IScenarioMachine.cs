using KernelMem.Addresses;
using KernelMem.Platform;

namespace Scenario;

/// <summary>What the scenario needs of the machine it runs on: accesses as the kernel makes them, and all CPUs.</summary>
internal unsafe interface IScenarioMachine
{
    /// <summary>The error code of the last page fault of an access below.</summary>
    PageFaultErrorCode LastFault { get; }

    /// <summary>How many CPUs run the scenario.</summary>
    int CpuCount { get; }

    /// <summary>Whether the processor can keep the kernel from user pages (SMAP).</summary>
    bool HasSmap { get; }

    /// <summary>Turns that on or off, on the calling CPU.</summary>
    void SetSmap(bool on);

    /// <summary>Reads a byte through the MMU; page faults go to the kernel's handler first.</summary>
    /// <returns>False if the read faulted and the handler did not resolve it.</returns>
    bool TryRead(VirtAddr address, out byte value);

    /// <summary>Writes a byte in the same way.</summary>
    bool TryWrite(VirtAddr address, byte value);

    /// <summary>Calls an address in the same way; there must be a RET.</summary>
    bool TryExecute(VirtAddr address);

    /// <summary>Runs work on all CPUs at once, with interrupts on.</summary>
    /// <param name="work">Is given the context and the number of the CPU.</param>
    /// <param name="context">Whatever the work needs; it stays in place.</param>
    /// <returns>False if a CPU did not finish in good time.</returns>
    bool RunOnEveryCpu(delegate*<void*, int, void> work, void* context);
}
