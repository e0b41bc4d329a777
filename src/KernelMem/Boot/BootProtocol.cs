namespace KernelMem.Boot;

/// <summary>How the kernel was started, and so what the boot information looks like.</summary>
public enum BootProtocol : byte
{
    /// <summary>No boot information.</summary>
    None = 0,

    /// <summary>Xen's PVH direct boot, which QEMU, Firecracker and Cloud Hypervisor speak too.</summary>
    Pvh = 1,

    /// <summary>Multiboot 0.6.96 (GRUB's <c>multiboot</c> command, QEMU's <c>-kernel</c> with a 32-bit ELF).</summary>
    Multiboot1 = 2,

    /// <summary>Multiboot 2.0 (GRUB's <c>multiboot2</c> command), on PC BIOS and on UEFI machines.</summary>
    Multiboot2 = 3,

    /// <summary>The Limine boot protocol. The kernel has entry code and requests of its own.</summary>
    Limine = 4,

    /// <summary>No protocol, but a table of E820 entries from code of one's own.</summary>
    E820 = 5,

    /// <summary>The kernel is a UEFI application, or its loader passes UEFI's memory map on.</summary>
    Uefi = 6,
}
