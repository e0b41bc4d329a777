namespace KernelMem.Kernels;

/// <summary>The emulated machine to boot on.</summary>
/// <param name="Memory">Size of its memory.</param>
/// <param name="Cpus">Number of CPUs.</param>
/// <param name="CpuModel">QEMU's CPU model.</param>
/// <param name="Multiboot">Whether the Multiboot image is booted instead of the PVH one.</param>
/// <param name="CommandLine">The kernel's command line.</param>
/// <param name="Uefi">Whether it has UEFI firmware, and GRUB boots the image.</param>
public sealed record EmulatedMachine(
    string Memory = "128M", int Cpus = 1, string CpuModel = "max", bool Multiboot = false, string CommandLine = "", bool Uefi = false);
