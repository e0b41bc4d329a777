using System;

namespace KernelMem.Machine;

/// <summary>A 16550 serial port: the kernel's first voice.</summary>
public static class SerialPort
{
    // COM1 and the 16550's registers, relative to it (TI PC16550D data sheet, table II).
    private const ushort Com1 = 0x3F8;
    private const ushort InterruptEnable = 1;
    private const ushort FifoControl = 2;
    private const ushort LineControl = 3;
    private const ushort ModemControl = 4;
    private const ushort LineStatus = 5;
    private const byte TransmitterEmpty = 0x20;

    // A port that is not there reads as all ones: it looks ready. One that is stuck must not stop the kernel.
    private const int PatienceLoops = 100_000;

    /// <summary>115,200 baud, 8 data bits, no parity, one stop bit, FIFO on, no interrupts.</summary>
    public static void Initialize()
    {
        Cpu.Out8(Com1 + InterruptEnable, 0);
        Cpu.Out8(Com1 + LineControl, 0x80); // the next two are the divisor
        Cpu.Out8(Com1, 1);
        Cpu.Out8(Com1 + InterruptEnable, 0);
        Cpu.Out8(Com1 + LineControl, 0x03);
        Cpu.Out8(Com1 + FifoControl, 0xC7);
        Cpu.Out8(Com1 + ModemControl, 0x03);
    }

    /// <summary>Writes bytes as they are.</summary>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            Write(value);
    }

    /// <summary>Writes one byte as it is.</summary>
    public static void Write(byte value)
    {
        for (int i = 0; i < PatienceLoops && (Cpu.In8(Com1 + LineStatus) & TransmitterEmpty) == 0; i++)
            Cpu.Pause();
        Cpu.Out8(Com1, value);
    }
}
