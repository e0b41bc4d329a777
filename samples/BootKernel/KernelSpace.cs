using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>
/// This kernel's own page tables, built from the library's typed entries: the image with a right for each section, all RAM
/// in the direct map, a few devices, and nothing in the lower half.
/// </summary>
internal struct KernelSpace
{
    private readonly EarlyAllocator _frames;
    private readonly DirectMap _bootMap;
    private readonly Frame _root;
    private readonly bool _fiveLevels;

    private KernelSpace(EarlyAllocator frames, DirectMap bootMap)
    {
        _frames = frames;
        _bootMap = bootMap;
        _fiveLevels = Cpu.ReadCr4().La57;
        _root = NewTable();
    }

    /// <summary>Whether the processor walks five levels.</summary>
    public readonly bool HasFiveLevels => _fiveLevels;

    /// <summary>How many tables there are.</summary>
    public int TableCount { get; private set; }

    /// <summary>The text buffer of the VGA adapter.</summary>
    public static VirtAddr VgaText => KernelLayout.Devices;

    /// <summary>The registers of the local APIC.</summary>
    public static VirtAddr LocalApic => KernelLayout.Devices + VgaBanner.BufferBytes;

    /// <summary>Builds the tables. They are not in use yet.</summary>
    /// <param name="frames">Where tables come from.</param>
    /// <param name="bootMap">How they are reached: the lowest 4 GiB, as the boot stub mapped them.</param>
    /// <param name="map">What memory there is.</param>
    public static KernelSpace Build(EarlyAllocator frames, DirectMap bootMap, MemoryMap map)
    {
        Panic.Assert(Efer.FromRaw(Cpu.ReadMsr(Efer.Msr)).Nxe, "This kernel needs a processor with no-execute pages");
        KernelSpace space = new(frames, bootMap);
        Processors.InstallTrampoline(bootMap);
        space.MapImage(ImageLayout.Current);
        space.MapRam(map);
        space.MapDevices();
        space.Map(Processors.TrampolinePage, Processors.Trampoline, PageRights.ReadExecute);
        return space;
    }

    /// <summary>From here on the processor uses these tables; the boot stub's identity map is gone.</summary>
    public readonly void Activate() => Cpu.WriteCr3(Cr3.Initial.WithRoot(_root));

    /// <summary>Maps a 4 KiB page; panics if there is one already.</summary>
    public void Map(VirtAddr address, Frame frame, PageRights rights)
    {
        PageTable<PtEntry> table = PageTableOf(address);
        Panic.Assert(!table[address.PtIndex].Present, "KernelSpace: the page is mapped already");
        table[address.PtIndex] = PtEntry.Initial
            .WithPresent(true)
            .WithWritable(rights is PageRights.ReadWrite or PageRights.UserReadWrite or PageRights.Device)
            .WithUser(rights == PageRights.UserReadWrite)
            .WithNoExecute(rights != PageRights.ReadExecute)
            .WithCacheDisable(rights == PageRights.Device)
            .WithWriteThrough(rights == PageRights.Device)
            .WithFrame(frame);
    }

    /// <summary>Maps a new frame, zeroed; panics when memory is used up.</summary>
    public void MapNew(VirtAddr address, PageRights rights) => Map(address, NewFrame(), rights);

    /// <summary>Unmaps a 4 KiB page on this CPU. Its frame stays the caller's.</summary>
    public void Unmap(VirtAddr address)
    {
        PageTableOf(address)[address.PtIndex] = default;
        Cpu.InvalidatePage(address.Value);
    }

    private void MapImage(in ImageLayout image)
    {
        // The start-up code has done its work: it stays unmapped, and so does the page below the boot stack, so that an
        // overflow faults instead of eating the tables below.
        MapSection(image, image.Text, PageRights.ReadExecute);
        MapSection(image, image.ReadOnlyData, PageRights.ReadOnly);
        foreach (Page page in image.Data.PagesTouched<Size4KiB>())
        {
            if (page.Start != image.BootStack.Start)
                Map(page.Start, Frame.Create(image.ToPhysical(page.Start)), PageRights.ReadWrite);
        }
    }

    private void MapSection(in ImageLayout image, VirtRange section, PageRights rights)
    {
        foreach (Page page in section.PagesTouched<Size4KiB>())
            Map(page.Start, Frame.Create(image.ToPhysical(page.Start)), rights);
    }

    private void MapRam(MemoryMap map)
    {
        foreach (MemoryRegion region in map)
        {
            if (region.Kind is MemoryRegionKind.Usable or MemoryRegionKind.BootData or MemoryRegionKind.AcpiReclaimable or MemoryRegionKind.KernelImage)
                MapRam(region.Range);
        }
    }

    private void MapRam(PhysRange range)
    {
        ulong address = range.Start.AlignDown(Size4KiB.Bytes).Value;
        while (address < range.EndExclusive)
        {
            PhysAddr start = PhysAddr.Create(address);
            VirtAddr alias = KernelLayout.DirectMap + address;
            bool large = start.IsAligned(Size2MiB.Bytes) && range.EndExclusive - address >= Size2MiB.Bytes && !HoldsCode(start, Size2MiB.Bytes);
            if (large)
                MapLarge(alias, Frame<Size2MiB>.Create(start));
            else if (!PageTableOf(alias)[alias.PtIndex].Present)
                Map(alias, Frame.Create(start), HoldsCode(start, Size4KiB.Bytes) ? PageRights.ReadOnly : PageRights.ReadWrite);
            address += large ? Size2MiB.Bytes : Size4KiB.Bytes;
        }
    }

    // Code must not be writable through its alias either, and neither must constants.
    private static bool HoldsCode(PhysAddr start, ulong length)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        PhysRange range = PhysRange.Create(start, length);
        PhysRange readOnly = PhysRange.FromBounds(image.Physical.Start, image.ToPhysical(image.Data.Start));
        return range.Overlaps(readOnly) || range.Overlaps(Processors.Trampoline.Range);
    }

    private void MapLarge(VirtAddr address, Frame<Size2MiB> frame)
    {
        PageTable<PdSlot> table = PageDirectoryOf(address);
        Panic.Assert(!table[address.PdIndex].Present, "KernelSpace: the large page is mapped already");
        table[address.PdIndex] = PdPageEntry.Initial
            .WithPresent(true)
            .WithWritable(true)
            .WithNoExecute(true)
            .WithFrame(frame);
    }

    private void MapDevices()
    {
        for (ulong offset = 0; offset < VgaBanner.BufferBytes; offset += Size4KiB.Bytes)
            Map(VgaText + offset, Frame.Create(VgaBanner.Buffer + offset), PageRights.Device);
        Map(LocalApic, KernelMem.Machine.LocalApic.Registers, PageRights.Device);
    }

    // The levels, from the root down. A missing table is made; what it references may have any rights (in the kernel half any but
    // user), so that the last level alone decides.

    private PageTable<Pml4Entry> Pml4Of(VirtAddr address)
    {
        if (!_fiveLevels)
            return PageTable<Pml4Entry>.Create(_root, _bootMap);
        PageTable<Pml5Entry> table = PageTable<Pml5Entry>.Create(_root, _bootMap);
        Pml5Entry entry = table[address.Pml5Index];
        if (!entry.Present)
            table[address.Pml5Index] = entry = Pml5Entry.Initial.WithPresent(true).WithWritable(true).WithUser(IsLowerHalf(address)).WithTable(NewTable());
        return PageTable<Pml4Entry>.Create(entry.Table, _bootMap);
    }

    private PageTable<PdptSlot> PdptOf(VirtAddr address)
    {
        PageTable<Pml4Entry> table = Pml4Of(address);
        Pml4Entry entry = table[address.Pml4Index];
        if (!entry.Present)
            table[address.Pml4Index] = entry = Pml4Entry.Initial.WithPresent(true).WithWritable(true).WithUser(IsLowerHalf(address)).WithTable(NewTable());
        return PageTable<PdptSlot>.Create(entry.Table, _bootMap);
    }

    private PageTable<PdSlot> PageDirectoryOf(VirtAddr address)
    {
        PageTable<PdptSlot> table = PdptOf(address);
        if (!table[address.PdptIndex].TryGetTable(out PdptEntry entry))
        {
            entry = PdptEntry.Initial.WithPresent(true).WithWritable(true).WithUser(IsLowerHalf(address)).WithTable(NewTable());
            table[address.PdptIndex] = entry;
        }

        return PageTable<PdSlot>.Create(entry.Table, _bootMap);
    }

    private PageTable<PtEntry> PageTableOf(VirtAddr address)
    {
        PageTable<PdSlot> table = PageDirectoryOf(address);
        if (!table[address.PdIndex].TryGetTable(out PdEntry entry))
        {
            Panic.Assert(!table[address.PdIndex].Present, "KernelSpace: a large page is mapped there");
            entry = PdEntry.Initial.WithPresent(true).WithWritable(true).WithUser(IsLowerHalf(address)).WithTable(NewTable());
            table[address.PdIndex] = entry;
        }

        return PageTable<PtEntry>.Create(entry.Table, _bootMap);
    }

    private static bool IsLowerHalf(VirtAddr address) => address < KernelLayout.DirectMap;

    private Frame NewTable()
    {
        TableCount++;
        return NewFrame();
    }

    // Below 4 GiB: the boot stub maps no more, and other CPUs load the root in 32-bit mode.
    private readonly Frame NewFrame()
    {
        if (!_frames.Allocate(1, Size4KiB.Bytes, PhysRange.Create(PhysAddr.Zero, _bootMap.Length)).TryGet(out FrameRange<Size4KiB> range, out EarlyAllocatorError error))
            Panic.Now(BootErrors.Message(error));
        Frame frame = range.Start;
        PageTable<PtEntry>.Create(frame, _bootMap).Clear();
        return frame;
    }
}
