using System.Runtime;
using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace KernelMem.Machine;

/// <summary>Accesses that survive a page fault: how a kernel shows that its page rights hold.</summary>
/// <remarks>
/// The page-fault handler sees the fault first and may resolve it (then the access succeeds); otherwise the access reports
/// failure. Needs <see cref="Idt.Install"/>.
/// </remarks>
public static unsafe class Probe
{
    /// <summary>Reads a byte.</summary>
    /// <returns>False if the read faulted.</returns>
    public static bool TryRead(ulong address, out byte value)
    {
        byte read = 0;
        bool success = Read(address, &read) != 0;
        value = read;
        return success;
    }

    /// <summary>Writes a byte.</summary>
    /// <returns>False if the write faulted.</returns>
    public static bool TryWrite(ulong address, byte value) => Write(address, value) != 0;

    /// <summary>Calls an address.</summary>
    /// <returns>False if fetching the instruction faulted; true if the call came back.</returns>
    public static bool TryExecute(ulong address) => Execute(address) != 0;

    /// <summary>Fills every SIMD register, writes a byte to an address that faults and is then mapped, and compares.</summary>
    /// <returns>True if every register held its value across the fault.</returns>
    public static bool TrySimd(ulong address) => Simd(address) != 0;

    /// <summary>The address of a RET instruction that lies among the image's constants: calling it must fault.</summary>
    public static VirtAddr ReturnInConstants => VirtAddr.Create(ReturnConstant());

    [RuntimeImport("*", "cpu_return_constant"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong ReturnConstant();

    [RuntimeImport("*", "cpu_try_read"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern uint Read(ulong address, byte* value);

    [RuntimeImport("*", "cpu_try_write"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern uint Write(ulong address, byte value);

    [RuntimeImport("*", "cpu_try_execute"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern uint Execute(ulong address);

    [RuntimeImport("*", "cpu_try_simd"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern uint Simd(ulong address);
}
