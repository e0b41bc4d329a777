using KernelMem.Addresses;

namespace KernelMem.Paging;

/// <summary>
/// Which addresses are the kernel's and which a program's. The layout decides, not bit 63: the kernel heap lies in the lower half.
/// </summary>
/// <remarks>
/// From bottom to top: the null guard, the user range, the kernel heap, and the kernel half (all of the upper half) with three named
/// parts: the direct map, the dynamic range, where kernel regions are placed, and the device range. Every check of the library asks
/// the layout.
/// </remarks>
public readonly partial struct AddressLayout
{
    private const ulong UpperHalf48 = 0xFFFF_8000_0000_0000;
    private const ulong GiB = 1UL << 30;
    private const ulong MiB = 1UL << 20;

    private AddressLayout(VirtRange user, VirtRange kernelHeap, VirtRange directMap, VirtRange devices, VirtRange kernelRegions)
    {
        User = user;
        KernelHeap = kernelHeap;
        DirectMap = directMap;
        Devices = devices;
        KernelRegions = kernelRegions;
    }

    /// <summary>
    /// The usual layout: user 0x1000_0000 to 0x8000_0000, kernel heap of 100 MiB at 0x4444_4444_0000, kernel half from
    /// 0xFFFF_8000_0000_0000, in it the direct map (32 TiB), devices at 0xFFFF_A000_0000_0000 and the dynamic range at
    /// 0xFFFF_C000_0000_0000 (64 GiB each).
    /// </summary>
    public static AddressLayout Standard => new(
        Range(0x1000_0000, 0x7000_0000),
        Range(0x4444_4444_0000, 100 * MiB),
        Range(UpperHalf48, 32 * 1024 * GiB),
        Range(0xFFFF_A000_0000_0000, 64 * GiB),
        Range(0xFFFF_C000_0000_0000, 64 * GiB));

    /// <summary>From zero up to the first user address.</summary>
    public VirtRange NullGuard => VirtRange.CreateUnchecked(VirtAddr.Zero, User.Start.Value);

    /// <summary>What programs use.</summary>
    public VirtRange User { get; }

    /// <summary>What the kernel heap uses.</summary>
    public VirtRange KernelHeap { get; }

    /// <summary>The kernel half: all of the upper half of the 48-bit address space.</summary>
    public static VirtRange KernelHalf => Range(UpperHalf48, 1UL << 47);

    /// <summary>Where physical memory appears; the memory there is may fill a part of it.</summary>
    public VirtRange DirectMap { get; }

    /// <summary>Where device registers are mapped.</summary>
    public VirtRange Devices { get; }

    /// <summary>Where the kernel's regions are placed.</summary>
    public VirtRange KernelRegions { get; }

    /// <summary>A layout of one's own, in 48 bits.</summary>
    /// <returns>
    /// False unless all ranges are whole 4 KiB pages and not empty; user and kernel heap lie in the lower half, apart, and in different
    /// 512 GiB slots (so that the heap's tables can be shared); the other three lie in the upper half, apart.
    /// </returns>
    public static bool TryCreate(
        VirtRange user, VirtRange kernelHeap, VirtRange directMap, VirtRange devices, VirtRange kernelRegions, out AddressLayout layout)
    {
        bool whole = IsWhole(user) && IsWhole(kernelHeap) && IsWhole(directMap) && IsWhole(devices) && IsWhole(kernelRegions);
        bool valid = whole
            && user.Last.Value < kernelHeap.Start.Value >> 39 << 39
            && kernelHeap.Last.Value < UpperHalf48
            && user.Start.Value != 0
            && IsUpper(directMap) && IsUpper(devices) && IsUpper(kernelRegions)
            && !directMap.Overlaps(devices) && !directMap.Overlaps(kernelRegions) && !devices.Overlaps(kernelRegions);
        layout = valid ? new AddressLayout(user, kernelHeap, directMap, devices, kernelRegions) : default;
        return valid;
    }

    /// <summary>What an address is for.</summary>
    public AddressArea AreaOf(VirtAddr address)
    {
        if (address.Value >= UpperHalf48)
            return AddressArea.Kernel;
        if (User.Contains(address))
            return AddressArea.User;
        if (KernelHeap.Contains(address))
            return AddressArea.KernelHeap;
        return address < User.Start ? AddressArea.NullGuard : AddressArea.Unassigned;
    }

    /// <summary>What all addresses of a range are for.</summary>
    /// <returns>False when the range is empty or its ends are for different things.</returns>
    public bool TryGetArea(VirtRange range, out AddressArea area)
    {
        // Areas are contiguous but for Unassigned, which lies on both sides of the heap.
        area = AreaOf(range.Start);
        return !range.IsEmpty && AreaOf(range.Last) == area && (area != AddressArea.Unassigned || !range.Overlaps(KernelHeap));
    }

    /// <summary>Whether all of a range is a program's.</summary>
    public bool IsUser(VirtRange range) => !range.IsEmpty && User.Contains(range);

    private static bool IsWhole(VirtRange range) =>
        !range.IsEmpty && range.Start.IsAligned(Size4KiB.Bytes) && range.Length % Size4KiB.Bytes == 0 && range.IsCanonical(AddressWidth.Bits48);

    private static bool IsUpper(VirtRange range) => range.Start.Value >= UpperHalf48;

    private static VirtRange Range(ulong start, ulong length) => VirtRange.CreateUnchecked(VirtAddr.CreateUnchecked(start), length);
}
