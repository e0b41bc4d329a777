namespace KernelMem.Machine;

/// <summary>How the image was started, and so what the information structure is.</summary>
/// <remarks>The values are fixed by Native/Bare/kernel.inc.</remarks>
public enum BootProtocol
{
    /// <summary>PVH direct boot: <c>hvm_start_info</c> (Xen, docs/misc/pvh.pandoc).</summary>
    Pvh = 1,

    /// <summary>Multiboot 1: <c>multiboot_info</c> (Multiboot Specification 0.6.96, section 3.3).</summary>
    Multiboot = 2,
}
