using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>The page-fault handler: the memory manager decides; what it does not resolve is remembered for the checks.</summary>
internal static unsafe class PageFaults
{
    private static ulong s_address;
    private static uint s_error;

    /// <summary>The address of the last fault.</summary>
    public static ulong Address => Atomic.Load(in s_address);

    /// <summary>The error code of the last fault.</summary>
    public static PageFaultErrorCode Error => PageFaultErrorCode.FromRaw(Atomic.Load(in s_error));

    /// <summary>From now on, page faults come here.</summary>
    public static void Handle() => Idt.SetHandler(Idt.PageFault, &OnPageFault);

    private static bool OnPageFault(TrapFrame* frame)
    {
        // SAFETY: the frame is the trap's.
        Atomic.Store(ref s_address, frame->FaultAddress);
        Atomic.Store(ref s_error, (uint)frame->ErrorCode);
        return VirtAddr.TryCreateLa57(frame->FaultAddress, out VirtAddr address)
            && KernelMemory.Manager.HandlePageFault(address, PageFaultErrorCode.FromRaw((uint)frame->ErrorCode)) is FaultOutcome.Mapped or FaultOutcome.Retry;
    }
}
