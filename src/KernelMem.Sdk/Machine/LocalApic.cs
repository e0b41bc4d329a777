using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>
/// The local APIC's registers, as far as sending and ending interrupts and its timer need them. Intel SDM Vol. 3A, "Advanced
/// Programmable Interrupt Controller (APIC)". Each CPU sees its own at the same address. In xAPIC mode only, which is what firmware leaves.
/// </summary>
public readonly unsafe struct LocalApic
{
    private const uint ApicBaseMsr = 0x1B;
    private const ulong X2ApicEnabled = 1 << 10;
    private const ulong BaseMask = 0x000F_FFFF_FFFF_F000;

    private const ulong RegisterBytes = Frame.Size;

    private const uint SoftwareEnable = 1 << 8;
    private const byte SpuriousVector = 0xFF;
    private const uint DeliveryPending = 1 << 12;
    private const uint Assert = 1 << 14;
    private const uint DeliverNonMaskable = 4 << 8;
    private const uint DeliverInit = 5 << 8;
    private const uint DeliverStartup = 6 << 8;
    private const uint Masked = 1 << 16;
    private const uint DivideBy1 = 0b1011;

    private static LocalApic s_current;

    private readonly MmioRange _registers;

    private LocalApic(VirtAddr registers) => _registers = MmioRange.Create(VirtRange.CreateLa57(registers, RegisterBytes));

    /// <summary>The frame that holds the registers; map it uncacheable.</summary>
    public static Frame Registers => Frame.Create(PhysAddr.Create(Cpu.ReadMsr(ApicBaseMsr) & BaseMask));

    /// <summary>This CPU's local APIC id.</summary>
    public byte Id => (byte)(IdRegister.Read() >> 24);

    /// <summary>The mapping that the platform sends interrupts through.</summary>
    internal static LocalApic Current
    {
        get => s_current;
        set => s_current = value;
    }

    /// <summary>Whether this is a mapping, and not <c>default</c>.</summary>
    internal bool IsMapped => !_registers.Range.IsEmpty;

    private Mmio<uint> IdRegister => _registers.At<uint>(0x20);

    private Mmio<uint> EndOfInterruptRegister => _registers.At<uint>(0xB0);

    private Mmio<uint> SpuriousVectorRegister => _registers.At<uint>(0xF0);

    private Mmio<uint> InterruptCommandLow => _registers.At<uint>(0x300);

    private Mmio<uint> InterruptCommandHigh => _registers.At<uint>(0x310);

    private Mmio<uint> TimerRegister => _registers.At<uint>(0x320);

    private Mmio<uint> TimerInitialCount => _registers.At<uint>(0x380);

    private Mmio<uint> TimerDivideConfiguration => _registers.At<uint>(0x3E0);

    /// <summary>The registers at a mapping of <see cref="Registers"/>; panics in x2APIC mode, which has none.</summary>
    public static LocalApic Create(VirtAddr registers)
    {
        Panic.Assert((Cpu.ReadMsr(ApicBaseMsr) & X2ApicEnabled) == 0, "LocalApic: the APIC is in x2APIC mode");
        return new LocalApic(registers);
    }

    /// <summary>Lets this CPU's APIC take interrupts. Spurious ones are dropped.</summary>
    public void Enable()
    {
        Idt.SetHandler(SpuriousVector, &IgnoreSpurious);
        SpuriousVectorRegister.Write(SoftwareEnable | SpuriousVector);
    }

    /// <summary>Ends the interrupt that this CPU is handling, so that further ones can come. Not for exceptions.</summary>
    public void EndOfInterrupt() => EndOfInterruptRegister.Write(0);

    /// <summary>Sends a fixed interrupt.</summary>
    public void Send(byte apicId, byte vector) => Command(apicId, Assert | vector);

    /// <summary>
    /// Sends a non-maskable interrupt, perhaps to this CPU. Not in the handler of one: that may have come between the two writes of
    /// a command.
    /// </summary>
    public void SendNonMaskable(byte apicId) => Command(apicId, DeliverNonMaskable | Assert);

    /// <summary>
    /// Has this CPU's timer send it one interrupt. Started again before that, the timer begins anew. Intel SDM Vol. 3A, "APIC Timer".
    /// </summary>
    /// <param name="vector">The interrupt's vector: 16 to 255.</param>
    /// <param name="ticks">
    /// When: after how many ticks of the bus clock or, where the processor has one, of its core crystal clock. 0 stops the timer.
    /// </param>
    public void StartTimer(byte vector, uint ticks)
    {
        TimerDivideConfiguration.Write(DivideBy1);
        TimerRegister.Write(vector); // one-shot mode is 0 in bits 18:17
        TimerInitialCount.Write(ticks);
    }

    /// <summary>Stops this CPU's timer. An interrupt that it has sent before can come even so.</summary>
    public void StopTimer()
    {
        TimerRegister.Write(Masked);
        TimerInitialCount.Write(0);
    }

    internal void SendInit(byte apicId) => Command(apicId, DeliverInit | Assert);

    internal void SendStartup(byte apicId, byte page) => Command(apicId, DeliverStartup | Assert | page);

    private static bool IgnoreSpurious(TrapFrame* frame) => true;

    private void Command(byte apicId, uint command)
    {
        // The two writes are one command: a handler must not send another between them.
        uint interrupts = Cpu.SaveInterrupts();
        InterruptCommandHigh.Write((uint)apicId << 24);
        InterruptCommandLow.Write(command);
        while ((InterruptCommandLow.Read() & DeliveryPending) != 0)
            Cpu.Pause();
        Cpu.RestoreInterrupts(interrupts);
    }
}
