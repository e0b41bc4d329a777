namespace KernelMem.Machine;

/// <summary>Waiting without a timer.</summary>
internal static class Clock
{
    // A write to this port, the POST code's, takes about a microsecond on the buses where the delay matters.
    private const ushort DelayPort = 0x80;

    public static void Delay(int microseconds)
    {
        for (int i = 0; i < microseconds; i++)
            Cpu.Out8(DelayPort, 0);
    }
}
