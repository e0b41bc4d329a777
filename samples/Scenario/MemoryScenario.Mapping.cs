using KernelMem;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace Scenario;

/// <content>Mapping, protecting, unmapping.</content>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private const ulong Pages = 16;

    // The machine code of RET.
    private const byte Return = 0xC3;

    private void MapsWritesReadsBack()
    {
        // Frames that others have written to come back zeroed.
        VirtRange dirty = Allocate(Pages * Size4KiB.Bytes, RegionKind.KernelData);
        bool written = true;
        for (ulong page = 0; page < Pages; page++)
            written &= WritesAndReads(AddressIn(dirty, page), 0xAA);
        Release(dirty);

        VirtRange range = Allocate(Pages * Size4KiB.Bytes, RegionKind.KernelData);
        bool zeroed = true, held = true, aliased = true;
        for (ulong page = 0; page < Pages; page++)
        {
            zeroed &= Reads(AddressIn(range, page), 0);
            held &= WritesAndReads(AddressIn(range, page), (byte)(page + 1));
        }

        for (ulong page = 0; page < Pages; page++)
        {
            aliased &= _memory.KernelSpace.TryTranslate(AddressIn(range, page), out Translation translation)
                && translation.Protection.WithGlobal(false) == Protection.KernelData // global where the processor can
                && Reads(AliasOf(translation.Address), (byte)(page + 1));
        }

        _checks.Check("new memory reads as zeros and holds what is written"u8, written && zeroed && held, Pages, "pages"u8);
        _checks.Check("translation leads to the very bytes, seen through the direct map"u8, aliased, Pages, "pages"u8);
        VirtRange neighbour = Allocate(Size4KiB.Bytes, RegionKind.KernelStack);
        bool guarded = IsUnmapped(range.Start - 1) && IsUnmapped(range.Last + 1) && IsUnmapped(neighbour.Start - 1);
        _checks.Check("the pages around a region are unmapped"u8, guarded);
        Release(neighbour);
        Release(range);
    }

    // Another byte in each page.
    private static VirtAddr AddressIn(VirtRange range, ulong page) => range.Start + (page * Size4KiB.Bytes) + (page * 3);

    // The page is touched immediately before each change: the CPU remembers what it was allowed to do.
    private void ProtectsAndUnmaps()
    {
        VirtRange range = Allocate(Pages * Size4KiB.Bytes, RegionKind.KernelData);
        VirtAddr first = range.Start;
        VirtRange half = VirtRange.Create(range.Start, range.Length / 2);
        VirtAddr other = half.Last + 1;

        bool writable = WritesAndReads(first, 1) && WritesAndReads(half.Last, 2) && WritesAndReads(other, 3);
        bool changed = _memory.ProtectMemory(half, Protection.KernelReadOnly).IsSuccess;
        bool refused = WriteIsRefused(first) && WriteIsRefused(half.Last);
        bool kept = Reads(first, 1) && Reads(half.Last, 2) && WritesAndReads(other, 4);
        _checks.Check("memory made read-only refuses writes and keeps its content"u8, writable && changed && refused && kept, Pages / 2, "pages"u8);

        bool noExecute = FetchIsRefused(first) && FetchIsRefused(other);
        _checks.Check("data cannot be executed"u8, noExecute);

        bool restored = _memory.ProtectMemory(half, Protection.KernelData).IsSuccess && WritesAndReads(first, 5);
        bool touched = Reads(first, 5) && Reads(range.Last, 0);
        bool released = _memory.DeallocateMemory(range).IsSuccess;
        bool gone = IsUnmapped(first) && IsUnmapped(other) && IsUnmapped(range.Last);
        _checks.Check("released memory is gone at once, for reads and writes"u8, restored && touched && released && gone && !_machine.TryWrite(first, 1), Pages, "pages"u8);
        _checks.Check("use after release is known as such"u8, !_memory.KernelSpace.TryFindRegion(first, out _) && _memory.KernelSpace.CheckAccess(range, PageAccess.Read, user: false).TryGetError(out AddressSpaceError error) && error == AddressSpaceError.NoRegion);
    }

    private void RunsCodeThatItWrote()
    {
        VirtRange range = Allocate(Size4KiB.Bytes, RegionKind.KernelCode, Protection.KernelData);
        bool written = WritesAndReads(range.Start, Return) && FetchIsRefused(range.Start);
        bool both = _memory.ProtectMemory(range, Protection.Create(Protection.KernelData.Access | Protection.KernelCode.Access)).TryGetError(out MemoryFailure failure)
            && failure == AddressSpaceError.WritableAndExecutable;
        bool code = _memory.ProtectMemory(range, Protection.KernelCode).IsSuccess && _machine.TryExecute(range.Start) && WriteIsRefused(range.Start);
        _checks.Check("written, then protected as code, it runs and cannot be written any more"u8, written && code);
        _checks.Check("writable and executable at once is refused"u8, both);
        Release(range);
    }

    private void MapsLargePagesDevicesAndIdentity()
    {
        // Memory of our own serves as a device of 2 MiB: block order 9.
        OwnedFrame block = _memory.Frames.Allocate(FrameRequest.For(FrameUse.Dma).WithOrder(9)).Expect("scenario: no block of 2 MiB");
        VirtRange device = _memory.MapDevice(block.Range.Bytes, CacheType.WriteBack).Expect("scenario: cannot map a device");
        bool large = _memory.KernelSpace.TryTranslate(device.Last, out Translation translation)
            && translation.Level == PageTableLevel.Pd
            && translation.Address == block.Range.Bytes.Last;
        bool held = WritesAndReads(device.Start, 0x21) && WritesAndReads(device.Last, 0x22) && Reads(AliasOf(block.Range.Bytes.Last), 0x22);
        VirtRange rest = VirtRange.Create(device.Start + Size4KiB.Bytes, device.Length - Size4KiB.Bytes);
        bool cut = _memory.DeallocateMemory(VirtRange.Create(device.Start, Size4KiB.Bytes)).IsSuccess && IsUnmapped(device.Start) && Reads(device.Last, 0x22);
        bool gone = _memory.DeallocateMemory(rest).IsSuccess && IsUnmapped(device.Start) && IsUnmapped(device.Last) && _memory.Frames.Free(block).IsSuccess;
        _checks.Check("2 MiB mapped as a device are one large page, which is split where a part goes"u8, large && held && cut && gone, device.Length, "bytes"u8);
        _checks.Check("devices are cached as asked"u8, IsCachedAs(CacheType.Uncacheable) && IsCachedAs(CacheType.WriteThrough) && IsCachedAs(CacheType.WriteBack));

        OwnedFrame frame = _memory.AllocateFrameInZone(MemoryZone.Dma).Expect("scenario: no DMA frame");
        VirtRange identity = _memory.MapIdentity(frame.Start.Range, Protection.KernelData).Expect("scenario: cannot map identity");
        bool same = identity.Start.Value == frame.Start.Start.Value && WritesAndReads(identity.Start, 0x33) && Reads(AliasOf(frame.Start.Start), 0x33);
        Release(identity);
        bool unmapped = IsUnmapped(identity.Start) && _memory.FreeFrame(frame).IsSuccess;
        _checks.Check("a frame appears at its own address, and is gone again"u8, same && unmapped);
    }

    // The registers of an event timer, for instance: they are not touched, and nobody else has mapped them.
    private readonly bool IsCachedAs(CacheType cache)
    {
        PhysRange registers = PhysRange.Create(PhysAddr.Create(0xFED0_0020), 16);
        bool mapped = _memory.MapDevice(registers, cache).TryGet(out VirtRange range)
            && range.Length == registers.Length
            && _memory.KernelSpace.TryTranslate(range.Start, out Translation translation)
            && translation.Address == registers.Start
            && translation.Protection.WithGlobal(false) == Protection.DeviceMemory.WithCache(cache);
        Release(VirtRange.Create(range.Start.AlignDown(Size4KiB.Bytes), Size4KiB.Bytes));
        return mapped;
    }

    private void RefusesBadRequests()
    {
        VirtRange range = Allocate(4 * Size4KiB.Bytes, RegionKind.KernelData);
        VirtRange misaligned = VirtRange.Create(range.Start + 1, Size4KiB.Bytes);
        AddressSpace<TPlatform> space = _memory.KernelSpace;
        ulong used = _memory.GetMemoryStats().UsedBytes;

        _checks.Check("no bytes, and misaligned ranges, are refused"u8,
            Fails(_memory.AllocateMemory(0, RegionKind.KernelData), AddressSpaceError.InvalidRequest)
            && Fails(_memory.DeallocateMemory(misaligned), AddressSpaceError.Misaligned)
            && Fails(_memory.ProtectMemory(misaligned, Protection.KernelData), AddressSpaceError.Misaligned)
            && Fails(_memory.MapIdentity(PhysRange.Create(PhysAddr.Zero + 0x123, Size4KiB.Bytes), Protection.KernelData), AddressSpaceError.Misaligned));
        _checks.Check("what overlaps a region is refused"u8,
            space.AllocateAt(VirtRange.Create(range.Last + 1 - Size4KiB.Bytes, 2 * Size4KiB.Bytes), RegionKind.KernelData, Protection.KernelData).TryGetError(out AddressSpaceError overlap)
            && overlap == AddressSpaceError.Overlaps);
        _checks.Check("a page that is mapped, or not mapped, is told from one that is not, or is"u8,
            space.Mapper.Map(Page<Size4KiB>.Create(range.Start), Frame<Size4KiB>.Create(PhysAddr.Zero), Protection.KernelData).TryGetError(out MapFailure mapped)
            && mapped.Code == MapError.AlreadyMapped
            && space.Mapper.Unmap(Page<Size4KiB>.Create(range.Start - Size4KiB.Bytes)).TryGetError(out MapFailure unmapped)
            && unmapped.Code == MapError.NotMapped);
        _checks.Check("kernel pages for programs, user pages elsewhere, and null are refused"u8,
            Fails(_memory.AllocateMemory(1, RegionKind.UserData, Protection.KernelData), AddressSpaceError.InvalidProtection)
            && Fails(_memory.AllocateMemory(1, RegionKind.KernelData, Protection.UserData), AddressSpaceError.InvalidProtection)
            && Fails(_memory.MapIdentity(PhysRange.Create(PhysAddr.Zero, Size4KiB.Bytes), Protection.KernelData), AddressSpaceError.OutsideLayout)
            && space.Mapper.Map(Page<Size4KiB>.Create(space.Layout.User.Start), Frame<Size4KiB>.Create(PhysAddr.Zero), Protection.KernelData).TryGetError(out MapFailure kernelPage)
            && kernelPage.Code == MapError.KernelPageInUserRange);
        _checks.Check("a step of the start-up that comes twice is refused"u8,
            Fails(_memory.StartHeap(), MemoryFailure.OutOfOrder) && Fails(_memory.StartPaging(default), MemoryFailure.OutOfOrder));

        _checks.Check("a refused request takes no memory"u8, _memory.GetMemoryStats().UsedBytes == used);
        bool once = _memory.DeallocateMemory(range).IsSuccess;
        _checks.Check("memory released twice is refused"u8, once && Fails(_memory.DeallocateMemory(range), AddressSpaceError.NoRegion));
    }

    private readonly VirtRange Allocate(ulong bytes, RegionKind kind) => Allocate(bytes, kind, RegionKinds.DefaultProtection(kind));

    private readonly VirtRange Allocate(ulong bytes, RegionKind kind, Protection protection) =>
        _memory.AllocateMemory(bytes, kind, protection).Expect("scenario: no memory");

    private readonly void Release(VirtRange range) => _memory.DeallocateMemory(range).Expect("scenario: cannot release");

    private static bool Fails<T>(Result<T, MemoryFailure> result, MemoryFailure expected)
        where T : unmanaged => result.TryGetError(out MemoryFailure failure) && failure == expected;

    private static bool Fails(Result<MemoryFailure> result, MemoryFailure expected) =>
        result.TryGetError(out MemoryFailure failure) && failure == expected;
}
