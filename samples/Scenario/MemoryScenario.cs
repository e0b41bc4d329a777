using KernelMem;
using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Frames;
using KernelMem.Platform;

namespace Scenario;

/// <summary>
/// A day in the life of a kernel's memory, on a running <see cref="MemoryManager{TPlatform}"/>: every step is a check. It is the same
/// source on the emulated machine and on the simulated one, and it touches memory through the machine's MMU only.
/// </summary>
internal ref partial struct MemoryScenario<TMachine, TPlatform>
    where TMachine : unmanaged, IScenarioMachine
    where TPlatform : unmanaged, IPlatform
{
    private readonly TMachine _machine;
    private readonly TPlatform _platform;
    private readonly MemoryManager<TPlatform> _memory;
    private readonly TextOutput _output;
    private ref Checklist _checks;

    private MemoryScenario(TMachine machine, TPlatform platform, MemoryManager<TPlatform> memory, TextOutput output, ref Checklist checks)
    {
        _machine = machine;
        _platform = platform;
        _memory = memory;
        _output = output;
        _checks = ref checks;
    }

    /// <summary>Runs all of it and writes the figures at the end.</summary>
    public static void Run(TMachine machine, TPlatform platform, MemoryManager<TPlatform> memory, TextOutput output, ref Checklist checks)
    {
        MemoryScenario<TMachine, TPlatform> scenario = new(machine, platform, memory, output, ref checks);
        MemoryStatistics before = memory.GetMemoryStats();

        checks.Begin("frames"u8);
        scenario.GivesFramesOfEachZone();
        scenario.FallsBackAndRecovers();
        scenario.RefusesBadFrees();

        checks.Begin("mapping"u8);
        scenario.MapsWritesReadsBack();
        scenario.ProtectsAndUnmaps();
        scenario.RunsCodeThatItWrote();
        scenario.MapsLargePagesDevicesAndIdentity();
        scenario.RefusesBadRequests();

        checks.Begin("page faults and programs"u8);
        scenario.MapsOnDemand();
        scenario.KeepsProgramsApart();

        checks.Begin("heap"u8);
        scenario.ChurnsTheHeap();
        scenario.RefusesBadHeapCalls();

        checks.Begin("out of memory"u8);
        scenario.SurvivesOutOfMemory();

        checks.Begin("all CPUs at once"u8);
        scenario.WorksOnAllCpus();
        scenario.FlushesEveryCpu();

        checks.Begin("the books"u8);
        scenario.Balances(before);
        output.WriteLine();
        MemoryReport.Write(output, memory.GetMemoryStats());
    }

    // After everything was given back, what is in use is what was in use before.
    private void Balances(in MemoryStatistics before)
    {
        ulong trimmed = _memory.Heap.Trim();
        MemoryStatistics after = _memory.GetMemoryStats();
        ulong leaked = after.UsedBytes > before.UsedBytes ? after.UsedBytes - before.UsedBytes : before.UsedBytes - after.UsedBytes;
        bool same = true;
        for (int use = 1; use < FrameUses.Count; use++)
            same &= after.BytesFor((FrameUse)use) == before.BytesFor((FrameUse)use);

        _checks.Check("the heap gives back its cached pages"u8, after.Heap.MappedBytes == 0 && after.Heap.LiveAllocations == 0, trimmed, "pages"u8);
        _checks.Check("no frame is lost, of any use"u8, leaked == 0 && same, leaked, "bytes lost"u8);
        _checks.Check("no region, page or address space is left over"u8, IsAsBefore(before, after), (ulong)after.Regions, "regions, as before"u8);
        _checks.Check("usage in thousandths agrees with the bytes"u8, _memory.UsagePermille == after.UsedBytes * 1000 / after.TotalBytes, _memory.UsagePermille, "permille"u8);
        _checks.Check("the books of frames and heap are sound"u8, _memory.Validate());
    }

    private static bool IsAsBefore(in MemoryStatistics before, in MemoryStatistics after) =>
        after.Regions == before.Regions
        && after.AddressSpaces == before.AddressSpaces
        && after.Tables.MappedBytes == before.Tables.MappedBytes
        && after.Tables.Tables == before.Tables.Tables;

    // Where physical memory appears to this kernel: also memory that nothing else maps.
    private readonly VirtAddr AliasOf(PhysAddr address) => _memory.KernelSpace.Layout.DirectMap.Start + address.Value;

    private readonly bool Reads(VirtAddr address, byte expected) => _machine.TryRead(address, out byte value) && value == expected;

    private readonly bool WritesAndReads(VirtAddr address, byte value) => _machine.TryWrite(address, value) && Reads(address, value);

    private readonly bool IsUnmapped(VirtAddr address) => !_machine.TryRead(address, out _) && !_machine.LastFault.ProtectionViolation;

    private readonly bool WriteIsRefused(VirtAddr address) =>
        !_machine.TryWrite(address, 0) && _machine.LastFault is { ProtectionViolation: true, Write: true, InstructionFetch: false };

    private readonly bool FetchIsRefused(VirtAddr address) =>
        !_machine.TryExecute(address) && _machine.LastFault is { ProtectionViolation: true, InstructionFetch: true };

    private readonly bool TryRead64(VirtAddr address, out ulong value)
    {
        value = 0;
        for (int i = 7; i >= 0; i--)
        {
            if (!_machine.TryRead(address + (ulong)i, out byte part))
                return false;
            value = (value << 8) | part;
        }

        return true;
    }

    private readonly bool TryWrite64(VirtAddr address, ulong value)
    {
        for (int i = 0; i < 8; i++)
        {
            if (!_machine.TryWrite(address + (ulong)i, (byte)(value >> (8 * i))))
                return false;
        }

        return true;
    }
}
