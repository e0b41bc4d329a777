using KernelMem.Addresses;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>The machine that the kernel booted on, as the scenario uses it.</summary>
internal readonly unsafe struct BareMachine : IScenarioMachine
{
    /// <inheritdoc/>
    public PageFaultErrorCode LastFault => PageFaults.Error;

    /// <inheritdoc/>
    public int CpuCount => SmpBoot.Count;

    /// <inheritdoc/>
    public bool HasSmap => Cpu.HasSmap;

    /// <summary>Nothing to do: where the processor has SMAP, this kernel has it on.</summary>
    public void SetSmap(bool on)
    {
    }

    /// <inheritdoc/>
    public bool TryRead(VirtAddr address, out byte value) => Probe.TryRead(address.Value, out value);

    /// <inheritdoc/>
    public bool TryWrite(VirtAddr address, byte value) => Probe.TryWrite(address.Value, value);

    /// <inheritdoc/>
    public bool TryExecute(VirtAddr address) => Probe.TryExecute(address.Value);

    /// <inheritdoc/>
    public bool RunOnEveryCpu(delegate*<void*, int, void> work, void* context) => CpuTeam.Run(work, context);
}
