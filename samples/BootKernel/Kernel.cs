using System.Runtime.InteropServices;
using KernelMem.Machine;

namespace BootKernel;

internal static class Kernel
{
    [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
    private static void Main(BootProtocol protocol, ulong information)
    {
        SerialPort.Initialize();
        SerialPort.Write("hello from KernelMem\n"u8);
        Traps.Install();
        if (!Probe.TryWrite(0xFFFF_9000_0000_0000, 1))
            SerialPort.Write("fault taken\n"u8);
        PowerSwitch.Exit(protocol == BootProtocol.Pvh && information != 0 ? ExitCode.Success : ExitCode.Failure);
    }
}
