using System;
using KernelMem.Kernels;

// Mutants are mostly compiling. The terminal is one for all, so its test runs alone.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]

namespace KernelMem.Boot.Tests;

/// <summary>
/// Negative controls of the scenario: for each of its checks, a mistake in the library that makes that check fail. They run on the
/// simulated machine, whose CPUs keep stale translations as real ones may; the most telling run in QEMU too (<see cref="MutantTests"/>).
/// </summary>
[TestClass]
public sealed class ScenarioMutantTests
{
    [TestMethod]
    public void TheUnchangedLibraryPassesWhenBuiltThisWay()
    {
        CommandResult result = Mutant.SimulateWithLibraryChange("Frames/ZoneFallback.cs", "Which zones serve", "What zones serve");

        Assert.AreEqual(0, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, ", 0 failed", StringComparison.Ordinal);
    }

    [TestMethod]

    // Mapping
    [DataRow("frames are not zeroed", "AddressSpaces/AddressSpace.Allocate.cs", "zeroed: true", "zeroed: false", "new memory reads as zeros and holds what is written")]
    [DataRow("the offset in the page is lost", "Paging/TableTree.cs", "(entry & mask & ~offset) | (address & offset)", "entry & mask & ~offset", "translation leads to the very bytes, seen through the direct map")]
    [DataRow("no gap before a region", "AddressSpaces/AddressSpace.Allocate.cs", "(start + Size4KiB.Bytes + alignment - 1)", "(start + alignment - 1)", "the pages around a region are unmapped")]
    [DataRow("no flush after protecting", "Paging/PendingRangeFlush.cs", "            tlb.FlushRange(_space, Range, Size4KiB.Bytes);", "            _ = tlb;", "memory made read-only refuses writes and keeps its content")]
    [DataRow("data without no-execute", "Paging/EntryCodec.cs", "            .WithNoExecute(!protection.IsExecutable)\n", "", "data cannot be executed")]
    [DataRow("no flush after unmapping", "Paging/UnmappedRange.cs", "            tlb.FlushRange(PageMapper<TPlatform>.ContextOf(_state), Range, smallest.EntrySpan(), tookTables);\n", "", "released memory is gone at once, for reads and writes")]
    [DataRow("released memory passes for allocated", "AddressSpaces/AddressSpace.cs", "                error = AddressSpaceError.NoRegion;\n", "                done = true;\n", "use after release is known as such")]
    [DataRow("nothing is executable", "Paging/EntryCodec.cs", "WithNoExecute(!protection.IsExecutable)", "WithNoExecute(true)", "written, then protected as code, it runs and cannot be written any more")]
    [DataRow("no large pages", "Paging/RangeWork.Map.cs", "level <= _largest && IsWhole(first, last, level) &&", "level == PageTableLevel.Pt && IsWhole(first, last, level) &&", "2 MiB mapped as a device are one large page, which is split where a part goes")]
    [DataRow("write-through is lost", "Paging/EntryCodec.cs", "WithWriteThrough((cache & WriteThroughBit) != 0)", "WithWriteThrough(cache > 7)", "devices are cached as asked")]
    [DataRow("identity mappings stay", "AddressSpaces/AddressSpace.Change.cs", "            Unmap(region.Range, region.Backing", "            if (region.Kind != RegionKind.Identity)\n                Unmap(region.Range, region.Backing", "a frame appears at its own address, and is gone again")]
    [DataRow("overlaps are not seen", "AddressSpaces/AddressSpace.Allocate.cs", "error = _state->Regions.Overlaps(range) ? AddressSpaceError.Overlaps : CheckAliases(region);", "error = CheckAliases(region);", "what overlaps a region is refused")]
    [DataRow("kernel protections for user kinds", "AddressSpaces/AddressSpace.Allocate.cs", " || protection.IsUser != RegionKinds.IsUser(kind))", ")", "kernel pages for programs, user pages elsewhere, and null are refused")]

    // Page faults and programs
    [DataRow("no pages on demand", "AddressSpaces/AddressSpace.Fault.cs", "region.Backing == RegionBacking.OnDemand ? FaultOutcome.Mapped", "region.Backing != RegionBacking.OnDemand ? FaultOutcome.Mapped", "a page gets its frame when it is first touched, and the access is tried again")]
    [DataRow("frames for accesses without a right", "AddressSpaces/AddressSpace.Fault.cs", "        if (!Permits(region.Protection, access, error.User))\n            return FaultOutcome.AccessDenied;\n", "", "no frame is mapped where the right is missing, after release, or at null")]
    [DataRow("user memory goes to the kernel's space", "MemoryManager.Calls.cs", "TryGetSpace(RegionKinds.IsUser(kind), out", "TryGetSpace(user: false, out", "two programs have different memory at one address, and the kernel's in common")]
    [DataRow("programs may use the kernel's memory", "AddressSpaces/AddressSpace.cs", "&& (!user || protection.IsUser)", "", "a program's pointers are held against its regions, and a copy ends where they do")]
    [DataRow("user pages are supervisor pages", "Paging/EntryCodec.cs", "WithUser(protection.IsUser)", "WithUser(false)", "the kernel does not run a program's pages, nor reach them but by user copies")]
    [DataRow("the root of an address space is lost", "Paging/PageMapper.Tables.cs", "        _state->Frames.Free(frame, FrameUse.PageTable).Expect(\"PageMapper: a table is not the frame allocator's\");\n", "", "address spaces that end give everything back")]

    // Out of memory
    [DataRow("a fault without memory passes for resolved", "AddressSpaces/AddressSpace.Fault.cs", "            return FaultOutcome.OutOfMemory;\n\n        // The world", "            return FaultOutcome.Retry;\n\n        // The world", "with no frame left, every request says so and changes nothing")]
    [DataRow("no way back from half way", "AddressSpaces/AddressSpace.Pages.cs", "            for (int i = mapped; i < taken; i++)\n                _state->Frames.Free(chunk[i], use).Expect(\"AddressSpace: a frame just allocated cannot be freed\");\n", "", "a request that fails half way gives back what it had taken")]

    // All CPUs at once
    [DataRow("the asking CPU forgets itself", "Paging/TlbShootdown.Requests.cs", "        Execute(ref own, work);\n        if", "        if", "all CPUs allocate, use, protect and free memory at once, each its own")]
    [DataRow("the other CPUs are not asked", "Paging/TlbShootdown.Requests.cs", "        if (CandidatesFor(work).HasOthers(cpu))\n            Ask(ref own, cpu, work);\n", "", "what one CPU protects or releases, no CPU can use as before")]
    [DataRow("the other CPUs answer and do nothing", "Paging/TlbShootdown.Requests.cs", "            Execute(ref own, request.Work);\n", "", "what one CPU protects or releases, no CPU can use as before")]

    // The books
    [DataRow("frames of unmapped pages are lost", "Paging/RangeSweep.cs", "        if (_use == FrameUse.None)\n            return;", "        if (_use is FrameUse.None or FrameUse.Kernel)\n            return;", "no frame is lost, of any use")]
    [DataRow("regions stay in the books", "AddressSpaces/AddressSpace.Change.cs", "        while (IsIn(first, range))\n            _state->Regions.RemoveAt(first);\n", "", "no region, page or address space is left over")]
    public void AWrongLibraryFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check)
    {
        CommandResult result = Mutant.SimulateWithLibraryChange(file, original, replacement);

        Assert.AreNotEqual(0, result.ExitCode, mistake + "\n" + result.Output);
        StringAssert.Contains(result.Output, "FAIL  " + check, StringComparison.Ordinal);
    }

    // Those of frames, the heap and the figures, whose floors change seldom by now, and of one error in place of another: the suite has to
    // stay short.
    [TestMethod]
    [TestCategory("Long")]
    [DataRow("the wrong error for writable and executable", "AddressSpaces/AddressSpace.Allocate.cs", "? AddressSpaceError.WritableAndExecutable", "? AddressSpaceError.InvalidProtection", "writable and executable at once is refused")]
    [DataRow("the wrong error for misaligned ranges", "AddressSpaces/AddressSpace.Change.cs", "return AddressSpaceError.Misaligned;", "return AddressSpaceError.InvalidRequest;", "no bytes, and misaligned ranges, are refused")]
    [DataRow("an absent page passes for a damaged one", "Paging/MapperChecks.cs", "EntryKind.Absent => EntryMark.IsWithheld(entry) ? MapError.FlushPending : MapError.NotMapped,", "EntryKind.Absent => MapError.Unreadable,", "a page that is mapped, or not mapped, is told from one that is not, or is")]
    [DataRow("the wrong error for what is no more", "AddressSpaces/AddressSpace.Change.cs", "Range.Contains(next))\n                return AddressSpaceError.NoRegion;", "Range.Contains(next))\n                return AddressSpaceError.Busy;", "memory released twice is refused")]
    [DataRow("every request is served from Normal", "Frames/ZoneFallback.cs", "0 => preferred,", "0 => MemoryZone.Normal,", "a frame of each zone lies in it, holds data, and goes back")]
    [DataRow("high memory is left out", "Frames/ZoneFallback.cs", "1 => preferred == MemoryZone.Normal ? MemoryZone.HighMem : MemoryZone.Normal,", "1 => MemoryZone.Dma,", "normal memory used up, requests fall back to high memory, then to DMA")]
    [DataRow("DMA falls back too", "Frames/ZoneFallback.cs", "exact || preferred == MemoryZone.Dma ? 1", "exact ? 1", "a DMA request never falls back")]
    [DataRow("generations are not compared", "Frames/LocalFrameAllocator.Free.cs", "if (generation != NoGeneration && ", "if (generation == uint.MaxValue && ", "a frame freed twice, or by a stale owner, or by another than its owner, is refused")]
    [DataRow("owners are not compared", "Frames/LocalFrameAllocator.Free.cs", "FrameMark.Use(mark) == use ? FrameError.None", "FrameMark.Use(mark) != FrameUse.None ? FrameError.None", "a frame freed twice, or by a stale owner, or by another than its owner, is refused")]
    [DataRow("a free frame is freed again", "Frames/LocalFrameAllocator.Free.cs", "out _) => FrameError.NotAllocated,", "out _) => FrameError.NotManaged,", "a frame freed twice, or by a stale owner, or by another than its owner, is refused")]
    [DataRow("nothing is copied to the new place", "Heap/KernelHeap.Reallocate.cs", "        _header->Platform.CopyMemory(moved.ToPointer(), address.ToPointer(), Math.Min(bytes, block.UsableBytes));", "        _ = moved;", "blocks of all sizes come, grow, shrink and go, and keep their content")]
    [DataRow("the peak is not noted", "Heap/HeapState.cs", "            PeakMappedPages = MappedPages;", "            PeakMappedPages = 0;", "the heap grew by mapping frames, in its range")]
    [DataRow("blocks are not cleared", "Heap/KernelHeap.cs", "            _header->Platform.ClearMemory(address.ToPointer(), usableBytes);", "            _ = usableBytes;", "a zeroed, aligned block is both, also where others wrote before")]
    [DataRow("a freed block passes for an allocated one", "Heap/HeapState.cs", "index >= sizeClass->Objects || !slab->IsAllocated(index)", "index >= sizeClass->Objects", "a block freed twice, from inside, or that is none, is refused")]
    [DataRow("cached pages stay", "Heap/KernelHeap.cs", "page == HeapPageMap.None ? default : Leaving(page, 1)", "page == HeapPageMap.None || page != 0 ? default : Leaving(page, 1)", "the heap gives back its cached pages")]
    [DataRow("percent for permille", "Diagnostics/MemoryStatistics.cs", "part * 1000 / whole", "part * 100 / whole", "usage in thousandths agrees with the bytes")]
    [DataRow("freed bytes are not counted", "Heap/HeapState.cs", "        AllocatedBytes -= usableBytes;\n", "", "the books of frames and heap are sound")]
    [DataRow("the heap is started twice", "MemoryManager.Start.cs", "        if (State != MemoryManagerState.Active)\n            return MemoryFailure.OutOfOrder;\n\n        VirtRange range", "        VirtRange range", "a step of the start-up that comes twice is refused")]
    [DataRow("a refused request costs a frame", "AddressSpaces/AddressSpace.Allocate.cs", "        if (error != AddressSpaceError.None)\n            return error;\n        if (!IsKernel", "        _ = _state->Frames.Allocate(FrameUse.Kernel);\n        if (error != AddressSpaceError.None)\n            return error;\n        if (!IsKernel", "a refused request takes no memory")]
    [DataRow("out of memory once, out of memory for ever", "AddressSpaces/AddressSpace.Fault.cs", "        if (!_state->Frames.Allocate(request)", "        if (_state->Faults.OutOfMemory != 0 || !_state->Frames.Allocate(request)", "with memory back, the same accesses and requests succeed")]
    public void AnotherWrongLibraryFailsAtTheCheckForIt(string mistake, string file, string original, string replacement, string check) =>
        AWrongLibraryFailsAtTheCheckForIt(mistake, file, original, replacement, check);
}
