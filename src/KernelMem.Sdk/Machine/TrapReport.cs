using System;
using KernelMem.Diagnostics;

namespace KernelMem.Machine;

/// <summary>What is said of a trap that nobody handles.</summary>
internal static unsafe class TrapReport
{
    public static void Write(TrapFrame* frame)
    {
        // SAFETY: the frame is the one that traps.s built.
        WriteField("\nUNHANDLED TRAP "u8, frame->Vector, digits: 2);
        SerialPort.Write(" "u8);
        SerialPort.Write(Name(frame->Vector));
        WriteField(" on CPU "u8, Cpu.Current(), digits: 2);
        WriteField("\n  error "u8, frame->ErrorCode);
        WriteField("  cr2 "u8, frame->FaultAddress);
        WriteField("\n  rip   "u8, frame->Rip);
        WriteField("  rsp "u8, frame->Rsp);
        WriteField("\n  rax   "u8, frame->Rax);
        WriteField("  rdi "u8, frame->Rdi);
        WriteField("\n  rsi   "u8, frame->Rsi);
        WriteField("  cr3 "u8, Cpu.ReadCr3().Value);
        SerialPort.Write("\n"u8);
    }

    private static void WriteField(ReadOnlySpan<byte> name, ulong value, int digits = 16)
    {
        TextOutput output = new(&SerialPort.Write);
        output.Write(name);
        output.WriteHex(value, digits);
    }

    private static ReadOnlySpan<byte> Name(ulong vector) => vector switch
    {
        0 => "#DE divide error"u8,
        1 => "#DB debug"u8,
        2 => "NMI"u8,
        3 => "#BP breakpoint"u8,
        6 => "#UD invalid opcode"u8,
        7 => "#NM no device"u8,
        8 => "#DF double fault"u8,
        12 => "#SS stack fault"u8,
        13 => "#GP general protection"u8,
        14 => "#PF page fault"u8,
        16 => "#MF x87 error"u8,
        17 => "#AC alignment check"u8,
        18 => "#MC machine check"u8,
        19 => "#XM SIMD error"u8,
        _ => "interrupt"u8,
    };
}
