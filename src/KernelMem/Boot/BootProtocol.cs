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
}
