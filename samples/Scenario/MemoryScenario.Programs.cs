using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;

namespace Scenario;

/// <content>Page faults, and address spaces of programs.</content>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private const ulong DemandPages = 64;

    private void MapsOnDemand()
    {
        VirtRange range = _memory.AllocateMemory(DemandPages * Size4KiB.Bytes, RegionKind.KernelData, Protection.KernelData, RegionBacking.OnDemand)
            .Expect("scenario: no memory");
        MemoryStatistics before = _memory.GetMemoryStats();
        VirtAddr inside = range.Start + 0x123;
        bool first = Reads(inside, 0) && _memory.GetMemoryStats().Faults.Mapped == before.Faults.Mapped + 1;
        bool again = WritesAndReads(inside, 0x5A) && _memory.GetMemoryStats().Faults.Mapped == before.Faults.Mapped + 1;
        bool last = WritesAndReads(range.Last, 0x5B);
        MemoryStatistics after = _memory.GetMemoryStats();
        bool two = after.Tables.SmallPages == before.Tables.SmallPages + 2 && after.BytesFor(FrameUse.Kernel) == before.BytesFor(FrameUse.Kernel) + (2 * Size4KiB.Bytes);
        _checks.Check("a page gets its frame when it is first touched, and the access is tried again"u8, first && again && last && two, DemandPages, "pages, 2 touched"u8);

        bool noExecute = FetchIsRefused(inside) && !_machine.TryExecute(range.Start + (3 * Size4KiB.Bytes));
        noExecute &= _memory.GetMemoryStats().Faults.Mapped == after.Faults.Mapped;
        Release(range);
        bool denied = IsUnmapped(inside) && IsUnmapped(VirtAddr.Zero) && _memory.GetMemoryStats().Faults.Denied > after.Faults.Denied;
        _checks.Check("no frame is mapped where the right is missing, after release, or at null"u8, noExecute && denied);
    }

    private void KeepsProgramsApart()
    {
        MemoryStatistics before = _memory.GetMemoryStats();
        AddressSpace<TPlatform> first = _memory.CreateAddressSpace().Expect("scenario: no address space");
        AddressSpace<TPlatform> second = _memory.CreateAddressSpace().Expect("scenario: no address space");
        VirtRange kernel = Allocate(Size4KiB.Bytes, RegionKind.KernelData);

        first.Activate();
        VirtRange here = Allocate(2 * Size4KiB.Bytes, RegionKind.UserData);
        bool copied = CopiesThere(here.Start, kernel.Start, 0x71) && _memory.CurrentSpace.IsSameAs(first);
        second.Activate();
        VirtRange there = Allocate(Size4KiB.Bytes, RegionKind.UserData);
        bool apart = there.Start == here.Start && CopiesThere(there.Start, kernel.Start, 0x72) && !CopiesIn(kernel.Start, here.Last);
        first.Activate();
        bool kept = CopiesIn(kernel.Start, here.Start) && Reads(kernel.Start, 0x71);
        _checks.Check("two programs have different memory at one address, and the kernel's in common"u8, copied && apart && kept, 2, "address spaces"u8);

        bool bounded = first.CheckAccess(here, PageAccess.Write, user: true).IsSuccess
            && first.CheckAccess(VirtRange.Create(here.Start, here.Length + 1), PageAccess.Read, user: true).TryGetError(out AddressSpaceError beyond) && beyond == AddressSpaceError.NoRegion
            && _memory.KernelSpace.CheckAccess(kernel, PageAccess.Read, user: true).TryGetError(out AddressSpaceError denied) && denied == AddressSpaceError.AccessDenied
            && CopyStopsAtTheEnd(here, kernel.Start)
            && CopyRefusesTheKernel(kernel);
        _checks.Check("a program's pointers are held against its regions, and a copy ends where they do"u8, bounded);

        bool protectedFromKernel = FetchIsRefused(here.Start);
        if (_machine.HasSmap)
        {
            _machine.SetSmap(true);
            protectedFromKernel &= !_machine.TryRead(here.Start, out _) && _machine.LastFault is { ProtectionViolation: true, User: false };
            protectedFromKernel &= CopiesIn(kernel.Start, here.Start);
            _machine.SetSmap(false);
        }

        _checks.Check("the kernel does not run a program's pages, nor reach them but by user copies"u8, protectedFromKernel);

        _memory.KernelSpace.Activate();
        bool gone = IsUnmapped(here.Start);
        Release(kernel);
        bool destroyed = _memory.DestroyAddressSpace(first).IsSuccess && _memory.DestroyAddressSpace(second).IsSuccess;
        MemoryStatistics after = _memory.GetMemoryStats();
        _checks.Check("address spaces that end give everything back"u8, gone && destroyed && after.UsedBytes == before.UsedBytes && after.AddressSpaces == 1);
    }

    private readonly bool CopiesThere(VirtAddr user, VirtAddr kernel, byte value) =>
        _machine.TryWrite(kernel, value) && CopiesOut(user, kernel) && _machine.TryWrite(kernel, 0) && CopiesIn(kernel, user) && Reads(kernel, value);

    private readonly unsafe bool CopiesIn(VirtAddr kernel, VirtAddr user) =>
        Program(user, 1).CopyTo(_platform, Layout, kernel.ToPointer<byte>()).IsSuccess;

    private readonly unsafe bool CopiesOut(VirtAddr user, VirtAddr kernel) =>
        Program(user, 1).CopyFrom(_platform, Layout, kernel.ToPointer<byte>()).IsSuccess;

    // Sixteen bytes of a program's region and sixteen that are behind it.
    private readonly unsafe bool CopyStopsAtTheEnd(VirtRange user, VirtAddr kernel) =>
        Program(user.Last - 15, 32).CopyTo(_platform, Layout, kernel.ToPointer<byte>()).TryGetError(out UserCopyFailure failure)
        && failure.Code == UserMemoryError.Fault && failure.BytesLeft == 16;

    // The kernel's own memory, passed for a program's.
    private readonly unsafe bool CopyRefusesTheKernel(VirtRange kernel) =>
        Program(kernel.Start, 16).CopyFrom(_platform, Layout, kernel.Start.ToPointer<byte>()).TryGetError(out UserCopyFailure failure)
        && failure.Code == UserMemoryError.OutsideUserRange && failure.BytesLeft == 16;

    private readonly AddressLayout Layout => _memory.KernelSpace.Layout;

    // What a program would pass in registers.
    private static UserSpan<byte> Program(VirtAddr start, ulong length) => UserSpan<byte>.FromUser(start.Value, length);
}
