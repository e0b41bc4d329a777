using KernelMem.Paging;

namespace KernelMem.AddressSpaces;

/// <summary>What a region of an address space is for. The kind decides where it is placed and whom it belongs to.</summary>
public enum RegionKind : byte
{
    /// <summary>Nothing; no region has it.</summary>
    None = 0,

    /// <summary>Code of the kernel: modules, trampolines.</summary>
    KernelCode,

    /// <summary>Data of the kernel.</summary>
    KernelData,

    /// <summary>A stack of the kernel. Where the space places it, the page below stays unmapped. Never on demand.</summary>
    KernelStack,

    /// <summary>The kernel heap.</summary>
    KernelHeap,

    /// <summary>Registers or buffers of a device.</summary>
    Device,

    /// <summary>Physical memory at its own address.</summary>
    Identity,

    /// <summary>Physical memory at its address above the direct map's base.</summary>
    DirectMap,

    /// <summary>The kernel's own image.</summary>
    KernelImage,

    /// <summary>Code of a program.</summary>
    UserCode,

    /// <summary>Data of a program.</summary>
    UserData,

    /// <summary>A stack of a program. Where the space places it, the page below stays unmapped.</summary>
    UserStack,
}

/// <summary>Facts about <see cref="RegionKind"/>.</summary>
public static class RegionKinds
{
    /// <summary>How many kinds there are, <see cref="RegionKind.None"/> included.</summary>
    public const int Count = (int)RegionKind.UserStack + 1;

    /// <summary>Whether the region is a program's.</summary>
    public static bool IsUser(RegionKind kind) => kind is RegionKind.UserCode or RegionKind.UserData or RegionKind.UserStack;

    /// <summary>What the kind is usually protected as.</summary>
    public static Protection DefaultProtection(RegionKind kind) => kind switch
    {
        RegionKind.KernelCode => Protection.KernelCode,
        RegionKind.Device => Protection.DeviceMemory,
        RegionKind.UserCode => Protection.UserCode,
        RegionKind.UserData or RegionKind.UserStack => Protection.UserData,
        _ => Protection.KernelData,
    };

    /// <summary>A short name to print, a literal.</summary>
    public static string Name(RegionKind kind) => kind switch
    {
        RegionKind.KernelCode => "kernel code",
        RegionKind.KernelData => "kernel data",
        RegionKind.KernelStack => "kernel stack",
        RegionKind.KernelHeap => "kernel heap",
        RegionKind.Device => "device",
        RegionKind.Identity => "identity",
        RegionKind.DirectMap => "direct map",
        RegionKind.KernelImage => "kernel image",
        RegionKind.UserCode => "user code",
        RegionKind.UserData => "user data",
        RegionKind.UserStack => "user stack",
        _ => "none",
    };
}
