using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/memory-manager.md</c>, word for word. What they give is checked in <see cref="MemoryGuideTests"/>.</summary>
internal static unsafe class ManagerExamples
{
    public static MemoryManager<TPlatform> Start<TPlatform>(
        TPlatform platform, MemoryMap map, EarlyAllocator early, DirectMap bootMap, DirectMap wholeMap, PhysRange image)
        where TPlatform : unmanaged, IPlatform
    {
        // 1. Frames. From here on the early allocator refuses every request.
        if (!MemoryManager<TPlatform>.Create(platform, map, early, bootMap).TryGet(out MemoryManager<TPlatform> memory, out MemoryFailure failure))
            Panic.Now(failure.Message);

        // 2. Page tables of our own, not in use yet. 0xF0 is the interrupt by which CPUs ask each other to forget translations.
        AddressWidth width = AddressWidth.Bits48; // what CR4.LA57 says
        Check(memory.StartPaging(PagingOptions.Create(width, flushVector: 0xF0)));

        // 3. What must be mapped when they come into use: all memory, and the kernel itself.
        Check(memory.MapDirectMap(map, readOnly: image));
        VirtRange code = VirtRange.Create(VirtAddr.Create(0xFFFF_FFFF_8020_0000), image.Length);
        memory.KernelSpace.MapAt(code, image.Start, RegionKind.KernelImage, Protection.KernelCode).Expect("the image fits the layout");

        // 4. Switch.
        Check(memory.Activate(wholeMap));

        // 5. The heap: everything works.
        Check(memory.StartHeap());

        return memory;
    }

    public static void Check(Result<MemoryFailure> result)
    {
        if (result.TryGetError(out MemoryFailure failure))
            Panic.Now(failure.Message);
    }

    public static MemoryManager<TPlatform> StartHere<TPlatform>(TPlatform platform, DirectMap directMap, void* buffer, ulong bufferBytes)
        where TPlatform : unmanaged, IPlatform
    {
        // bufferBytes is at least MemoryManager<TPlatform>.ExplicitRangeBufferSize, and lies outside the range.
        PhysRange free = PhysRange.Create(PhysAddr.Create(0x40_0000), 8 << 20);
        MemoryManager<TPlatform> memory =
            MemoryManager<TPlatform>.Create(platform, free, directMap, buffer, bufferBytes).Expect("the range holds the books");
        Check(memory.AdoptPaging(PagingOptions.Create(AddressWidth.Bits48, flushVector: 0xF0)));
        Check(memory.StartHeap());

        return memory;
    }

    public static void Everyday<TPlatform>(MemoryManager<TPlatform> memory)
        where TPlatform : unmanaged, IPlatform
    {
        // Zeroed pages, wherever there is room, with an unmapped page before them.
        VirtRange buffer = memory.AllocateMemory(64 << 10, RegionKind.KernelData).Expect("memory at boot");
        Check(memory.ProtectMemory(buffer, Protection.KernelReadOnly));
        Check(memory.DeallocateMemory(buffer)); // on every CPU; then its frames are free

        // A block of the heap: any size, any alignment up to 2 MiB.
        VirtAddr block = memory.AllocateHeapZeroed(100, alignment: 64).Expect("memory at boot");
        block = memory.ReallocateHeap(block, 5000).Expect("memory at boot");
        Check(memory.FreeHeap(block));

        // Registers of a device at their physical address, uncached; and a page at its own address.
        VirtRange registers = memory.MapDevice(PhysRange.Create(PhysAddr.Create(0xFEC0_0000), 0x20)).Expect("room for a device");
        VirtRange trampoline = memory.MapIdentity(PhysRange.Create(PhysAddr.Create(0x8000), Page.Size), Protection.KernelCode).Expect("it is free");
        Check(memory.DeallocateMemory(trampoline));

        // A bare frame, below 16 MiB and nowhere else.
        OwnedFrame frame = memory.AllocateFrameInZone(MemoryZone.Dma).Expect("DMA memory at boot");
        Check(memory.FreeFrame(frame));

        Check(memory.DeallocateMemory(registers.PagesTouched<Size4KiB>().TryGetBytes(out VirtRange pages) ? pages : default));
    }

    public static void RunProgram<TPlatform>(MemoryManager<TPlatform> memory)
        where TPlatform : unmanaged, IPlatform
    {
        AddressSpace<TPlatform> program = memory.CreateAddressSpace().Expect("memory at boot");
        program.Activate();

        // User kinds go to the current space. The stack has no frame until it is touched.
        VirtRange data = memory.AllocateMemory(Page.Size, RegionKind.UserData).Expect("memory at boot");
        VirtRange stack = memory.AllocateMemory(1 << 20, RegionKind.UserStack, Protection.UserData, RegionBacking.OnDemand).Expect("memory at boot");

        bool mayRead = program.CheckAccess(data, PageAccess.Read, user: true).IsSuccess && memory.KernelSpace.Layout.IsUser(stack);

        memory.KernelSpace.Activate();
        Check(memory.DestroyAddressSpace(program)); // with all its memory

        Panic.Assert(mayRead, "a program may read its own data");
    }

    public static bool OnPageFault<TPlatform>(MemoryManager<TPlatform> memory, VirtAddr address, PageFaultErrorCode error)
        where TPlatform : unmanaged, IPlatform
    {
        FaultOutcome outcome = memory.HandlePageFault(address, error);
        if (outcome is FaultOutcome.Mapped or FaultOutcome.Retry)
            return true; // return from the exception: the access is tried again

        if (!error.User)
            Panic.Now("the kernel touched what it must not");
        return false; // end the program
    }

    public static void OnFlushInterrupt<TPlatform>(MemoryManager<TPlatform> memory)
        where TPlatform : unmanaged, IPlatform
    {
        memory.HandleFlushInterrupt();

        // … then the end of the interrupt, as for any other: LocalApic.EndOfInterrupt()
    }

    public static void StartAnotherCpu<TPlatform>(MemoryManager<TPlatform> memory)
        where TPlatform : unmanaged, IPlatform
    {
        memory.KernelSpace.Activate(); // CR3 of this CPU
        Check(memory.JoinCpu()); // from now on it is asked to forget what is taken away
    }

    public static VirtRange? BufferFor<TPlatform>(MemoryManager<TPlatform> memory, ulong bytes)
        where TPlatform : unmanaged, IPlatform
    {
        if (memory.AllocateMemory(bytes, RegionKind.KernelData).TryGet(out VirtRange range, out MemoryFailure failure))
            return range;

        if (failure.IsOutOfMemory || failure == AddressSpaceError.NoRoom)
            return null; // the caller does without
        Panic.Now(failure.Message);

        return null;
    }

    public static void Report<TPlatform>(MemoryManager<TPlatform> memory, TextOutput output)
        where TPlatform : unmanaged, IPlatform
    {
        MemoryStatistics statistics = memory.GetMemoryStats();
        MemoryReport.Write(output, statistics);

        ulong free = memory.GetZoneStats(MemoryZone.Dma).FreeFrames * Frame.Size;
        output.Write("DMA memory left: "u8);
        output.WriteSize(free);
        output.Write(", all memory in use: "u8);
        output.WritePermille(statistics.UsagePermille);
        output.WriteLine();
    }
}
