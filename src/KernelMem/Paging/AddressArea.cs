namespace KernelMem.Paging;

/// <summary>What an <see cref="AddressLayout"/> uses an address for.</summary>
public enum AddressArea : byte
{
    /// <summary>Nothing: the lower half between the named areas. Only identity mappings of the kernel may be here.</summary>
    Unassigned = 0,

    /// <summary>From zero up to the first user address, so that a null pointer with any offset faults. Only identity mappings may be here.</summary>
    NullGuard,

    /// <summary>Programs: every page here is open to user mode, and none elsewhere is.</summary>
    User,

    /// <summary>The kernel heap: in the lower half, but the kernel's, and the same in every address space.</summary>
    KernelHeap,

    /// <summary>The kernel half: the image, the direct map, devices and whatever else is the kernel's.</summary>
    Kernel,
}
