using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>
/// A kernel that boots on KernelMem: it reads the machine's memory map, brings up the memory manager, shows that its page rights hold,
/// starts the other CPUs, runs the memory scenario, and reports. The exit code tells the host whether all went well.
/// </summary>
internal static unsafe class Kernel
{
    // What the boot tables map of physical memory, both at 0 and at the direct map (Native/Bare/boot.s).
    private const ulong BootMapped = 4UL << 30;

    [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
    private static void Main(BootProtocol protocol, ulong information)
    {
        SerialPort.Initialize();
        Idt.Install();
        TextOutput output = new(&SerialPort.Write);
        Checklist checks = new(output);

        // Before there are page tables of our own: what the processor can do for them.
        if (!SmpBoot.EnableFeatures().TryGet(out CpuFeatureSet features, out CpuFeatureError missing))
            Panic.Now(CpuFeatureErrors.Message(missing));

        // 1. What memory is there? Physical memory is reached through the direct map that the boot stub left.
        KernelLayout.UseStandard();
        DirectMap bootMap = DirectMap.Create(KernelLayout.DirectMap, BootMapped);
        PhysicalMemoryView window = PhysicalMemoryView.Create(bootMap);
        BootInformation boot = ReadBootInformation(protocol, window, PhysAddr.Create(information));
        KernelOptions options = KernelOptions.Parse(boot.CommandLine);
        if (options.StopsAtFailure)
            checks.StopAtFailure(&Fail);
        MemoryMap map = MachineMemory.Normalize(boot);
        EarlyAllocator early = MachineMemory.CreateEarlyAllocator(map);
        MachineReport.Write(output, boot, map);
        MachineReport.WriteProcessor(output, features);
        checks.Begin("the memory map"u8);
        MemoryChecks.CheckMap(ref checks, boot, map);
        UefiMapChecks.Run(ref checks, boot);
        MemoryChecks.CheckMemory(ref checks, map, early, BootMapped);

        // 2. Who else is there? The ACPI tables lie in reserved memory, which our own tables do not map.
        Span<byte> apicIds = stackalloc byte[SmpBoot.Limit];
        int processors = AcpiProcessors.Read(window, FindAcpiRoot(boot, window), apicIds);

        // 3. The memory manager, on page tables of our own; where it is asked for, with the parts of the address space in places that
        // nobody knows. From there on nothing is used that was found through the boot stub's direct map.
        if (options.TryGetSeed(out ulong seed))
        {
            KernelLayout.Randomize(seed, map.MemoryEnd, early, bootMap);
            bootMap = DirectMap.Create(KernelLayout.DirectMap, BootMapped);
            MachineReport.WriteSeed(output, seed);
        }

        KernelMemory.Start(map, early, bootMap);
        PageFaults.Handle();
        MachineReport.WriteSpace(output);

        // 4. Do the rights of the kernel's own mappings hold?
        checks.Begin("page rights"u8);
        RightsChecks.Run(ref checks);
        FeatureChecks.Run(ref checks, features);
        UserCopyChecks.Run(ref checks);
        WalkChecks.Run(output, ref checks);
        RecursiveChecks.Run(ref checks);
        if (options.ListsPages)
            PageListing.WriteAndStop(output, ref checks);

        // 5. The other CPUs, and a sign of life on the screen.
        checks.Begin("processors and devices"u8);
        ProcessorChecks.Run(output, ref checks, apicIds.Slice(0, Math.Min(processors, SmpBoot.Limit)), Math.Max(processors, 1));
        FeatureChecks.RunOnAll(ref checks);
        WakeChecks.Run(ref checks);
        FenceChecks.Run(ref checks);
        ExhaustionChecks.Run(ref checks);
        InterruptChecks.Run(ref checks);
        if (VgaBanner.CanBeShown)
        {
            VgaBanner.Write(KernelMemory.VgaText);
            checks.Check("the banner in the VGA text buffer reads back"u8, VgaBanner.ReadsBack(KernelMemory.VgaText));
        }
        else
        {
            output.WriteLine("  no banner: the display is in a graphics mode"u8);
        }

        // 6. A day in the life of a kernel's memory.
        MemoryScenario<BareMachine, X64Platform>.Run(default, default, KernelMemory.Manager, output, ref checks);

        QemuExit.Exit(checks.Finish() ? ExitCode.Success : ExitCode.Failure);
    }

    private static void Fail() => QemuExit.Exit(ExitCode.Failure);

    private static BootInformation ReadBootInformation(BootProtocol protocol, PhysicalMemoryView window, PhysAddr information)
    {
        if (!BootInformation.Read(protocol, window, information).TryGet(out BootInformation boot, out BootInformationError error))
            Panic.Now(BootErrors.Message(error));
        return boot;
    }

    private static PhysAddr FindAcpiRoot(in BootInformation boot, PhysicalMemoryView window)
    {
        if (!boot.Rsdp.IsZero)
            return boot.Rsdp;
        return AcpiProcessors.TryFindRoot(window, out PhysAddr root) ? root : PhysAddr.Zero;
    }
}
