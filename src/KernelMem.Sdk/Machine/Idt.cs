using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Annotations;
using KernelMem.Platform;

namespace KernelMem.Machine;

/// <summary>Exceptions and interrupts: the descriptor table, and who handles what.</summary>
public static unsafe class Idt
{
    /// <summary>
    /// Vector of the non-maskable interrupt. Its handler runs on a stack of its own, of 4 KiB, and must not fault: the return from the
    /// fault would let the next one in, on the same stack. Remote fences come by it too, are answered before, and may be one interrupt with
    /// the kernel's own: so the handler is called for all of them, and returns whether it has found a cause.
    /// </summary>
    public const byte NonMaskableInterrupt = 2;

    /// <summary>Vector of the page fault.</summary>
    public const byte PageFault = 14;

    private const byte DoubleFault = 8;
    private const byte MachineCheck = 18;

    private static GateTable s_gates;
    private static HandlerTable s_handlers;

    /// <summary>Whether the descriptor table is there for further CPUs.</summary>
    internal static bool AreInstalled { get; private set; }

    /// <summary>
    /// Builds the descriptor table and loads it on this CPU, and silences the legacy interrupt controllers, whose interrupts would
    /// look like exceptions. Call once, on the boot CPU, before anything may fault.
    /// </summary>
    public static void Install()
    {
        LegacyInterrupts.Silence();
        ulong* entries = Entries();
        for (int vector = 0; vector < GateTable.Length; vector++)
        {
            s_gates[vector] = new Gate(entries[vector], StackOf(vector));
        }

        Load();
        AreInstalled = true;
    }

    /// <summary>Loads the descriptor table on a further CPU.</summary>
    public static void Load()
    {
        GdtTss.Load(Cpu.Current());
        DescriptorTablePointer table = new((ulong)Unsafe.AsPointer(ref s_gates), (ushort)(sizeof(GateTable) - 1));
        Cpu.LoadIdt(&table);
    }

    // These three may strike while the stack is unusable, or inside each other, so each has a stack of its own.
    private static byte StackOf(int vector) => vector switch
    {
        DoubleFault => 1,
        NonMaskableInterrupt => 2,
        MachineCheck => 3,
        _ => 0,
    };

    /// <summary>Names the handler of a vector, or with null takes it away.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="handler">
    /// Called with the interrupted registers, interrupts off. Returns true if it dealt with the trap: the interrupted code
    /// goes on. False leaves it to the fix-up table and, if that has no entry, the kernel ends with a report.
    /// </param>
    public static void SetHandler(byte vector, delegate*<TrapFrame*, bool> handler) =>
        Atomic.Store(ref s_handlers[vector], (nuint)handler);

    [UnmanagedCallersOnly(EntryPoint = "kernelmem_trap")]
    private static void Dispatch(TrapFrame* frame)
    {
        // SAFETY: traps.s passes the frame it has built; a handler is what SetHandler was given.
        delegate*<TrapFrame*, bool> handler = (delegate*<TrapFrame*, bool>)Atomic.Load(in s_handlers[(int)frame->Vector]);
        if (frame->Vector == NonMaskableInterrupt ? NonMaskable.TryHandle(frame, handler) : handler != null && handler(frame))
            return;
        if (Fixups.TryApply(frame))
            return;
        TrapReport.Write(frame);
        QemuExit.Exit(ExitCode.UnhandledTrap);
    }

    [RuntimeImport("*", "cpu_trap_entries"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong* Entries();

    [InlineArray(Length)]
    private struct GateTable
    {
        public const int Length = 256;

        private Gate _first;
    }

    [InlineArray(GateTable.Length)]
    private struct HandlerTable
    {
        private nuint _first;
    }

    /// <summary>An interrupt gate of 64-bit mode: Intel SDM Vol. 3A, "64-Bit Mode IDT".</summary>
    [StructLayout(LayoutKind.Sequential)]
    [HardwareStruct(Source = "Intel SDM Vol. 3A, 64-Bit Mode IDT")]
    [ExpectedSize(16)]
    private readonly struct Gate
    {
        private const byte PresentInterruptGate = 0x8E;

        private readonly ushort _offsetLow;
        [ExpectedOffset(2)]
        private readonly ushort _selector;
        [ExpectedOffset(4)]
        private readonly byte _stack;
        [ExpectedOffset(5)]
        private readonly byte _type;
        [ExpectedOffset(6)]
        private readonly ushort _offsetMiddle;
        [ExpectedOffset(8)]
        private readonly uint _offsetHigh;
        private readonly uint _reserved;

        public Gate(ulong entry, byte stack)
        {
            _offsetLow = (ushort)entry;
            _selector = GdtTss.CodeSelector;
            _stack = stack;
            _type = PresentInterruptGate;
            _offsetMiddle = (ushort)(entry >> 16);
            _offsetHigh = (uint)(entry >> 32);
            _reserved = 0;
        }
    }
}
