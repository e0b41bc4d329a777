namespace KernelMem.Machine;

/// <summary>The two 8259 interrupt controllers, which this machine layer does not use.</summary>
internal static class LegacyInterrupts
{
    // Intel 8259A data sheet: ICW1 to ICW4, then the mask.
    private const ushort FirstCommand = 0x20;
    private const ushort FirstData = 0x21;
    private const ushort SecondCommand = 0xA0;
    private const ushort SecondData = 0xA1;
    private const byte InitializeCascaded = 0x11;
    private const byte FirstVector = 0x20;
    private const byte SecondVector = 0x28;
    private const byte SecondIsAtLine2 = 1 << 2;
    private const byte SecondIdentity = 2;
    private const byte Mode8086 = 1;
    private const byte All = 0xFF;

    /// <summary>
    /// Moves their interrupts from 8 to 15, where the firmware leaves the first controller's and where the exceptions are, to 0x20 to
    /// 0x2F, and masks all of them. A spurious one can come even so.
    /// </summary>
    public static void Silence()
    {
        Cpu.Out8(FirstCommand, InitializeCascaded);
        Cpu.Out8(SecondCommand, InitializeCascaded);
        Cpu.Out8(FirstData, FirstVector);
        Cpu.Out8(SecondData, SecondVector);
        Cpu.Out8(FirstData, SecondIsAtLine2);
        Cpu.Out8(SecondData, SecondIdentity);
        Cpu.Out8(FirstData, Mode8086);
        Cpu.Out8(SecondData, Mode8086);
        Cpu.Out8(FirstData, All);
        Cpu.Out8(SecondData, All);
    }
}
