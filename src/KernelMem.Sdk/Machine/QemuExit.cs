using System.Diagnostics.CodeAnalysis;

namespace KernelMem.Machine;

/// <summary>How a kernel ends.</summary>
public static class QemuExit
{
    // QEMU's isa-debug-exit device ends the emulator with status 2 * value + 1. Values below 0x10 are left to the emulator's
    // own failures, so that they cannot be taken for a kernel's.
    private const ushort DebugExitPort = 0xF4;
    private const uint FirstKernelValue = 0x10;

    /// <summary>Tells the emulator the result and ends; on a machine without the exit device, stops the CPU.</summary>
    [DoesNotReturn]
    public static void Exit(ExitCode code)
    {
        Cpu.Out32(DebugExitPort, FirstKernelValue + (uint)code);
        while (true)
            Cpu.Stop();
    }
}
