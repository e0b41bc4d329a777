using System;
using System.IO;
using System.Runtime.InteropServices;
using KernelMem;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Simulation;
using Scenario;

namespace SimulatedKernel;

/// <summary>
/// The boot kernel's memory scenario on a simulated machine: for hosts without QEMU, and as a pattern for testing a kernel's memory
/// code in a process. Exit code 0 means that every check held.
/// </summary>
internal static unsafe class Program
{
    private const ulong MemoryBytes = 1UL << 30;
    private const int Cpus = 2;
    private const int MapEntries = 16;
    private const byte FlushVector = 0x41;

    private static readonly Stream s_console = Console.OpenStandardOutput();

    private static int Main()
    {
        Panic.Handler = &OnPanic;
        TextOutput output = new(&Write);
        Checklist checks = new(output);
        using SimulatedMachine machine = new(MemoryBytes, Cpus);
        using (machine.Enter(0))
        {
            output.WriteLine("\nKernelMem on a simulated machine: 2 CPUs, 1 GiB, 4-level page tables"u8);
            MemoryMap map = MakeMap();
            MapReport.Write(output, map);
            MemoryManager<SimulatedPlatform> memory = Start(machine, map);
            ScenarioMachine.Attach(machine, memory);
            MemoryScenario<ScenarioMachine, SimulatedPlatform>.Run(new ScenarioMachine(machine.Platform), machine.Platform, memory, output, ref checks);
        }

        return checks.Finish() ? 0 : 1;
    }

    // What a small PC's firmware would tell.
    private static MemoryMap MakeMap()
    {
        ulong bytes = MemoryMapBuilder.MetadataSize(MapEntries);
        MemoryMapBuilder builder = MemoryMapBuilder.Create(Buffer(bytes), bytes).Expect("no builder");
        builder.Add(0, 0x9_FC00, MemoryRegionKind.Usable);
        builder.Add(0x9_FC00, 0x400, MemoryRegionKind.Reserved);
        builder.Add(0xF_0000, 0x1_0000, MemoryRegionKind.Reserved);
        builder.Add(0x10_0000, MemoryBytes - 0x10_0000, MemoryRegionKind.Usable);
        return builder.Build().Expect("no map");
    }

    private static MemoryManager<SimulatedPlatform> Start(SimulatedMachine machine, MemoryMap map)
    {
        ulong bytes = EarlyAllocator.MetadataSize(MapEntries);
        EarlyAllocator early = EarlyAllocator.Create(map, Buffer(bytes), bytes).Expect("no early allocator");
        MemoryManager<SimulatedPlatform> memory = Must(MemoryManager<SimulatedPlatform>.Create(machine.Platform, map, early, machine.Memory.DirectMap));
        Must(memory.StartPaging(PagingOptions.Create(AddressWidth.Bits48, FlushVector)));
        Must(memory.MapDirectMap(map, default));
        Must(memory.Activate(machine.Memory.DirectMap));
        Must(memory.StartHeap());
        return memory;
    }

    // Ends as the boot kernel would.
    private static void OnPanic(string message)
    {
        TextOutput output = new(&Write);
        output.Write("\nPANIC: "u8);
        output.Write(message);
        output.WriteLine();
        Environment.Exit(2);
    }

    // Lives as long as the process.
    private static void* Buffer(ulong bytes) => NativeMemory.AlignedAlloc((nuint)bytes, 64);

    private static void Write(ReadOnlySpan<byte> text) => s_console.Write(text);

    private static T Must<T>(Result<T, MemoryFailure> result)
        where T : unmanaged => result.TryGet(out T value, out MemoryFailure failure) ? value : throw new InvalidOperationException(failure.Message);

    private static void Must(Result<MemoryFailure> result)
    {
        if (result.TryGetError(out MemoryFailure failure))
            throw new InvalidOperationException(failure.Message);
    }
}
