using KernelMem.Addresses;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>The page-fault handler: it maps on-demand pages and remembers every other fault for the checks.</summary>
internal static unsafe class PageFaults
{
    private static KernelSpace* s_space;

    /// <summary>How many faults were resolved by mapping a page.</summary>
    public static int Resolved { get; private set; }

    /// <summary>The address of the last fault.</summary>
    public static ulong Address { get; private set; }

    /// <summary>The error code of the last fault.</summary>
    public static PageFaultErrorCode Error { get; private set; }

    /// <summary>From now on, page faults come here.</summary>
    /// <param name="space">Where on-demand pages are mapped; it must stay in place.</param>
    public static void Handle(KernelSpace* space)
    {
        s_space = space;
        Traps.SetHandler(Traps.PageFault, &OnPageFault);
    }

    private static bool OnPageFault(TrapFrame* frame)
    {
        // SAFETY: the frame is the trap's, and the space stays in place, as its maker promised Handle.
        Address = frame->FaultAddress;
        Error = PageFaultErrorCode.FromRaw((uint)frame->ErrorCode);
        bool onDemand = Address - KernelLayout.OnDemand.Value < KernelLayout.OnDemandLength;
        if (!onDemand || Error.ProtectionViolation)
            return false;

        s_space->MapNew(VirtAddr.Create(Address).AlignDown(Size4KiB.Bytes), PageRights.ReadWrite);
        Resolved++;
        return true;
    }
}
