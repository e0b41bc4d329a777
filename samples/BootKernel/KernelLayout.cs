using KernelMem.Addresses;
using KernelMem.Paging;

namespace BootKernel;

/// <summary>Where things are in this kernel's address space: the library's usual layout. The image itself is at the top (KernelMem.Machine.ImageLayout).</summary>
internal static class KernelLayout
{
    /// <summary>All memory, at physical address + this. Never executable; the image's read-only frames are read-only here too.</summary>
    public static VirtAddr DirectMap => AddressLayout.Standard.DirectMap.Start;
}
