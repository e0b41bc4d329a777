using System;
using System.Text;

namespace KernelMem.Tests.Docs;

/// <summary>Stands for the serial port of <c>KernelMem.Machine</c> in the examples, and keeps what is written.</summary>
internal static class SerialPort
{
    public static StringBuilder Text { get; } = new();

    public static void Write(ReadOnlySpan<byte> text) => Text.Append(Encoding.UTF8.GetString(text));
}
