using System.Runtime.InteropServices;

namespace KernelMem.Machine;

/// <summary>The end of the line for <see cref="System.Environment.FailFast(string)"/> and for faults of compiled code.</summary>
internal static unsafe class MachinePanic
{
    [UnmanagedCallersOnly(EntryPoint = "kernelmem_panic")]
    private static void Panic(char* text, int length)
    {
        // SAFETY: Environment.FailFast passes a frozen string and its length.
        SerialPort.Write("\nPANIC: "u8);
        for (int i = 0; i < length; i++)
            SerialPort.Write((byte)text[i]);
        SerialPort.Write("\n"u8);
        QemuExit.Exit(ExitCode.Panic);
    }
}
