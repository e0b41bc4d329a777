using System.Runtime;
using System.Runtime.CompilerServices;

namespace KernelMem.Machine;

/// <summary>
/// The table of instructions that may fault (the FIXUP macro of Native/Bare/kernel.inc): each goes on at its landing
/// instead. It makes user copies and probes possible without unwinding.
/// </summary>
internal static unsafe class Fixups
{
    public static bool TryApply(TrapFrame* frame)
    {
        if (TryFind(frame->Rip, out ulong landing))
        {
            frame->Rip = landing;
            return true;
        }

        // A fetch that faulted has RIP at the target of the call; the call itself is found by its return address.
        // SAFETY: the address is read only for a page fault on fetch in ring 0, where RSP is the kernel's own stack.
        bool fetch = frame->Vector == Traps.PageFault && frame->Rip == Cpu.ReadCr2();
        if (fetch && TryFind(*(ulong*)frame->Rsp, out landing))
        {
            frame->Rsp += sizeof(ulong);
            frame->Rip = landing;
            return true;
        }

        return false;
    }

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

    private struct Fixup
    {
        public ulong Address;
        public ulong Landing;
    }
}
