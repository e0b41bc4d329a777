using KernelMem.Addresses;

namespace BootKernel;

/// <summary>Where things are in this kernel's address space. The image itself is at the top (KernelMem.Machine.ImageLayout).</summary>
internal static class KernelLayout
{
    /// <summary>All RAM, at physical address + this. Never executable; the image's read-only frames are read-only here too.</summary>
    public static VirtAddr DirectMap => VirtAddr.CreateUnchecked(0xFFFF_8000_0000_0000);

    /// <summary>Device registers and buffers, uncacheable.</summary>
    public static VirtAddr Devices => VirtAddr.CreateUnchecked(0xFFFF_A000_0000_0000);

    /// <summary>A page of a user program that does not exist: it shows that user copies work and plain accesses do not.</summary>
    public static VirtAddr User => VirtAddr.CreateUnchecked(0x1000_0000);

    /// <summary>Stacks of further CPUs, each above a page that is never mapped.</summary>
    public static VirtAddr Stacks => VirtAddr.CreateUnchecked(0xFFFF_B000_0000_0000);

    /// <summary>Pages that get a frame when they are first touched.</summary>
    public static VirtAddr OnDemand => VirtAddr.CreateUnchecked(0xFFFF_C000_0000_0000);

    /// <summary>Length of <see cref="OnDemand"/>, in bytes.</summary>
    public const ulong OnDemandLength = 1 << 20;
}
