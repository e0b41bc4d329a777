using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Diagnostics;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Platform;

namespace BootKernel;

/// <summary>
/// A kernel that boots on KernelMem: it reads the machine's memory map, takes over paging, shows that its page rights hold,
/// starts the other CPUs, and reports. The exit code tells the host whether all went well.
/// </summary>
internal static unsafe class Kernel
{
    // What the boot tables map of physical memory, both at 0 and at the direct map (Native/Bare/boot.s).
    private const ulong BootMapped = 4UL << 30;

    [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
    private static void Main(BootProtocol protocol, ulong information)
    {
        SerialPort.Initialize();
        Traps.Install();
        TextOutput output = new(&SerialPort.Write);
        Checklist checks = new(output);

        // 1. What memory is there? Physical memory is reached through the direct map that the boot stub left.
        DirectMap bootMap = DirectMap.Create(KernelLayout.DirectMap, BootMapped);
        PhysWindow window = PhysWindow.Create((byte*)KernelLayout.DirectMap.Value, PhysRange.Create(PhysAddr.Zero, BootMapped));
        BootInformation boot = ReadBootInformation(protocol, window, PhysAddr.Create(information));
        MemoryMap map = MachineMemory.Normalize(boot);
        EarlyAllocator frames = MachineMemory.CreateEarlyAllocator(map);
        MachineReport.Write(output, boot, map);
        checks.Begin("the memory map"u8);
        MemoryChecks.CheckMap(ref checks, boot, map);

        // 2. Who else is there? The ACPI tables lie in reserved memory, which our own tables do not map.
        Span<byte> apicIds = stackalloc byte[Processors.Limit];
        int processors = AcpiProcessors.Read(window, FindAcpiRoot(boot, window), apicIds);

        // 3. Our own page tables.
        KernelSpace space = KernelSpace.Build(frames, bootMap, map);
        space.Activate();
        MachineReport.WriteSpace(output, space, frames);

        // 4. Do the rights hold?
        checks.Begin("memory and page rights"u8);
        MemoryChecks.CheckMemory(ref checks, map, frames);
        RightsChecks.Run(ref checks, &space);
        UserCopyChecks.Run(ref checks, ref space);

        // 5. The other CPUs, and a sign of life on the screen.
        checks.Begin("processors and devices"u8);
        ProcessorChecks.Run(output, ref checks, ref space, apicIds.Slice(0, Math.Min(processors, Processors.Limit)), Math.Max(processors, 1));
        VgaBanner.Write(KernelSpace.VgaText);
        checks.Check("the banner in the VGA text buffer reads back"u8, VgaBanner.ReadsBack(KernelSpace.VgaText));

        PowerSwitch.Exit(checks.Finish() ? ExitCode.Success : ExitCode.Failure);
    }

    private static BootInformation ReadBootInformation(BootProtocol protocol, PhysWindow window, PhysAddr information)
    {
        if (!BootInformation.Read(protocol, window, information).TryGet(out BootInformation boot, out BootInformationError error))
            Panic.Now(BootErrors.Message(error));
        return boot;
    }

    private static PhysAddr FindAcpiRoot(in BootInformation boot, PhysWindow window)
    {
        if (!boot.Rsdp.IsZero)
            return boot.Rsdp;
        return AcpiProcessors.TryFindRoot(window, out PhysAddr root) ? root : PhysAddr.Zero;
    }
}
