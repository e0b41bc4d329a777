using KernelMem;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>This kernel's memory manager: how it is brought up, and the kernel's own mappings.</summary>
internal static class KernelMemory
{
    /// <summary>The vector by which CPUs ask each other to drop translations.</summary>
    public const byte FlushVector = 0x41;

    /// <summary>The manager, once <see cref="Start"/> has made it.</summary>
    public static MemoryManager<X64Platform> Manager { get; private set; }

    /// <summary>The text buffer of the VGA adapter.</summary>
    public static VirtAddr VgaText { get; private set; }

    /// <summary>The registers of the local APIC.</summary>
    public static VirtAddr LocalApic { get; private set; }

    /// <summary>
    /// From a memory map to a kernel on its own page tables: the image with a right for each section, all memory in the direct map, two
    /// devices, the page where other CPUs start, and nothing else in the lower half.
    /// </summary>
    /// <param name="map">What memory there is.</param>
    /// <param name="early">Its early allocator: the manager takes over from it.</param>
    /// <param name="bootMap">What the boot stub mapped of physical memory.</param>
    public static void Start(MemoryMap map, EarlyAllocator early, DirectMap bootMap)
    {
        // At first no more than the boot stub maps; later all memory. It only ever grows.
        DirectMap whole = DirectMap.Create(KernelLayout.DirectMap, map.MemoryEnd);
        Manager = Must(MemoryManager<X64Platform>.Create(default, map, early, bootMap.Length < whole.Length ? bootMap : whole));
        AddressWidth width = Cpu.ReadCr4().La57 ? AddressWidth.Bits57 : AddressWidth.Bits48;
        Must(Manager.StartPaging(PagingOptions.Create(width, FlushVector).WithLayout(KernelLayout.Current)));

        ref readonly ImageLayout image = ref ImageLayout.Current;
        Must(Manager.MapDirectMap(map, readOnly: default));
        MapImage(image); // from here on the direct map shows code and constants read-only
        VgaText = Must(Manager.MapDevice(PhysRange.Create(VgaBanner.Buffer, VgaBanner.BufferBytes))).Start;
        LocalApic = Must(Manager.MapDevice(KernelMem.Machine.LocalApic.Registers.Range)).Start;

        // Code again, and again not writable through the direct map.
        SmpBoot.InstallTrampoline(bootMap);
        Must(Manager.MapIdentity(SmpBoot.Trampoline.Range, Protection.KernelCode));

        Must(Manager.Activate(whole));
        Must(Manager.StartHeap());
    }

    /// <summary>Where a byte of physical memory appears in the direct map.</summary>
    public static VirtAddr AliasOf(PhysAddr address) => KernelLayout.DirectMap + address.Value;

    // The start-up code has done its work: it stays unmapped, and so does the page below the boot stack, so that an overflow faults
    // instead of eating what lies below.
    private static void MapImage(in ImageLayout image)
    {
        MapSection(image, image.Text, Protection.KernelCode);
        MapSection(image, image.ReadOnlyData, Protection.KernelReadOnly);
        VirtAddr guard = image.BootStack.Start;
        MapSection(image, VirtRange.FromBounds(image.Data.Start, guard), Protection.KernelData);
        VirtAddr stack = guard + Size4KiB.Bytes;
        MapSection(image, VirtRange.Create(stack, image.Data.Last - stack + 1), Protection.KernelData);
    }

    private static void MapSection(in ImageLayout image, VirtRange section, Protection protection)
    {
        if (!section.IsEmpty)
            Must(Manager.KernelSpace.MapAt(section, image.ToPhysical(section.Start), RegionKind.KernelImage, protection));
    }

    private static T Must<T>(Result<T, MemoryFailure> result)
        where T : unmanaged
    {
        if (!result.TryGet(out T value, out MemoryFailure failure))
            Panic.Now(failure.Message);
        return value;
    }

    private static void Must(Result<VirtRange, AddressSpaceError> result)
    {
        if (result.TryGetError(out AddressSpaceError error))
            Panic.Now(AddressSpaceErrors.Message(error));
    }

    private static void Must(Result<AddressSpaceError> result)
    {
        if (result.TryGetError(out AddressSpaceError error))
            Panic.Now(AddressSpaceErrors.Message(error));
    }

    private static void Must(Result<MemoryFailure> result)
    {
        if (result.TryGetError(out MemoryFailure failure))
            Panic.Now(failure.Message);
    }
}
