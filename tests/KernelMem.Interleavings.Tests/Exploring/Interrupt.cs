using System;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>
/// Something that may interrupt a CPU, once, at any of its steps, or not at all. It runs to its end on that CPU with interrupts off, while
/// other CPUs go on. Entering and leaving it empties the store buffer, as on x86 (Intel SDM Vol. 3A, "Store Buffer").
/// </summary>
internal sealed class Interrupt
{
    private Interrupt(int cpu, string name, Action body, bool masked)
    {
        Cpu = cpu;
        Name = name;
        Body = body;
        IsMaskable = masked;
    }

    public int Cpu { get; }

    public string Name { get; }

    public Action Body { get; }

    /// <summary>Whether it waits until interrupts are on.</summary>
    public bool IsMaskable { get; }

    /// <summary>An ordinary interrupt.</summary>
    public static Interrupt On(int cpu, string name, Action body) => new(cpu, name, body, masked: true);

    /// <summary>One that enters with interrupts off as well (NMI).</summary>
    public static Interrupt NonMaskable(int cpu, string name, Action body) => new(cpu, name, body, masked: false);
}
