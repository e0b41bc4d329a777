using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/porting.md</c>, word for word. <see cref="PortingGuideTests"/> runs them.</summary>
internal static unsafe class PortingExamples
{
    // directMap is DirectMap.Create(hhdm, length), where hhdm is the response to the HHDM request; boot.md shows how to read boot.
    public static MemoryManager<TPlatform> StartUnderLimine<TPlatform>(
        TPlatform platform, in BootInformation boot, DirectMap directMap, PhysRange kernel, MemoryMapBuilder builder, void* metadata, ulong bytes)
        where TPlatform : unmanaged, IPlatform
    {
        builder.AddFirmware(boot.Map);
        builder.ReserveBootData(boot);
        builder.Reserve(kernel, MemoryRegionKind.KernelImage);
        MemoryMap map = builder.Build().Expect("the buffer is large enough");
        EarlyAllocator early = EarlyAllocator.Create(map, metadata, bytes).Expect("the buffer is large enough");

        // Limine's page tables stay in use, and the library adds to them.
        AddressWidth width = Cr4.FromRaw(platform.ReadCr4()).La57 ? AddressWidth.Bits57 : AddressWidth.Bits48;
        MemoryManager<TPlatform> memory = MemoryManager<TPlatform>.Create(platform, map, early, directMap).Expect("memory at boot");
        memory.AdoptPaging(PagingOptions.Create(width, flushVector: 0xF0)).Expect("memory at boot");
        memory.StartHeap().Expect("memory at boot");
        return memory;
    }
}
