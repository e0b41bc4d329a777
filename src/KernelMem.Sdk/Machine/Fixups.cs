using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Machine;

/// <summary>
/// The table of instructions that may fault (the FIXUP macro of Native/Bare/kernel.inc): each goes on at its landing
/// instead. It makes user copies and probes possible without unwinding.
/// </summary>
internal static unsafe class Fixups
{
    private const byte StackFault = 12;
    private const byte GeneralProtection = 13;
    private const byte AlignmentCheck = 17;

    /// <summary>Sends the interrupted code on to its landing, if the trap is a memory fault of an instruction in the table.</summary>
    public static bool TryApply(TrapFrame* frame)
    {
        // Anything else that strikes there, an interrupt for one, is none of the instruction's business.
        bool memoryFault = frame->Vector is Idt.PageFault or GeneralProtection or StackFault or AlignmentCheck;
        if (!memoryFault || !frame->IsKernel)
            return false;

        if (TryFind(frame->Rip, out ulong landing))
        {
            frame->Rip = landing;
            return true;
        }

        // A fetch that faulted has RIP at the target of the call; the call itself is found by its return address.
        // SAFETY: RIP is no address that code can be fetched from, so it was called (or jumped to), and RSP is the stack that
        // the call was made on: this handler runs on the same one, below.
        if (FaultedOnFetch(frame) && TryFind(*(ulong*)frame->Rsp, out landing))
        {
            frame->Rsp += sizeof(ulong);
            frame->Rip = landing;
            return true;
        }

        return false;
    }

    private static bool FaultedOnFetch(TrapFrame* frame) => frame->Vector == Idt.PageFault
        ? frame->Rip == frame->FaultAddress
        : frame->Vector == GeneralProtection && !VirtAddr.TryCreateLa57(frame->Rip, out _);

    private static bool TryFind(ulong address, out ulong landing)
    {
        // SAFETY: the linker script bounds the table by these two symbols.
        Fixup** bounds = Bounds();
        for (Fixup* fixup = bounds[0]; fixup < bounds[1]; fixup++)
        {
            if (fixup->Address == address)
            {
                landing = fixup->Landing;
                return true;
            }
        }

        landing = 0;
        return false;
    }

    [RuntimeImport("*", "cpu_fixups"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern Fixup** Bounds();

    [StructLayout(LayoutKind.Sequential)]
    [ExpectedSize(16)]
    private struct Fixup
    {
        public ulong Address;
        public ulong Landing;
    }
}
