using System;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Frames;
using KernelMem.Paging;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Paging;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>A machine with a kernel's address space in use on every CPU. Page faults go to it, or to a program's.</summary>
internal sealed unsafe class SpaceWorld : IDisposable
{
    public SpaceWorld(AddressWidth width = AddressWidth.Bits48, int cpus = 1, ulong frames = 2047, int joinFrom = 0, AddressLayout? layout = null)
    {
        Paging = new PagingWorld(width, cpus, frames);
        ulong bytes = AddressSpace<SimulatedPlatform>.KernelMetadataSize(cpus);
        Kernel = AddressSpace<SimulatedPlatform>.CreateKernel(
            Machine.Platform, Frames, Paging.DirectMap, layout ?? AddressLayout.Standard, width, Paging.Tlb, Paging.Buffer(bytes), bytes).Value;
        foreach (VirtRange range in new[] { Kernel.Layout.KernelHeap, Kernel.Layout.KernelRegions, Kernel.Layout.Devices })
            Assert.IsTrue(Kernel.Mapper.Prepare(range).IsSuccess);
        Current = Kernel;
        for (int cpu = joinFrom; cpu < cpus; cpu++)
        {
            using SimulatedMachine.CpuScope scope = Machine.Enter(cpu);
            Kernel.Activate();
            Paging.Tlb.Join();
            scope.Cpu.PageFaultHandler = (_, fault) =>
            {
                LastFault = Current.HandleFault(fault.Address, PageFaultErrorCode.FromRaw((uint)fault.ErrorCode));
                return LastFault is FaultOutcome.Mapped or FaultOutcome.Retry;
            };
        }
    }

    public PagingWorld Paging { get; }

    public AddressSpace<SimulatedPlatform> Kernel { get; }

    /// <summary>Which space deals with faults.</summary>
    public AddressSpace<SimulatedPlatform> Current { get; private set; }

    public FaultOutcome LastFault { get; private set; }

    public SimulatedMachine Machine => Paging.Machine;

    public SimulatedCpu Cpu => Machine.Cpus[0];

    public FrameAllocator<SimulatedPlatform> Frames => Paging.Allocator;

    public ulong FreeFrames => Paging.FreeFrames;

    public AddressSpace<SimulatedPlatform> CreateUser()
    {
        ulong bytes = AddressSpace<SimulatedPlatform>.MetadataSize;
        return Kernel.CreateUser(Paging.Buffer(bytes), bytes).Value;
    }

    public void Use(AddressSpace<SimulatedPlatform> space)
    {
        space.Activate();
        Current = space;
    }

    public MmuView View(ulong address) => Paging.View(Current.Root.Register, address);

    /// <summary>An access as code of that privilege makes it, fault handling included.</summary>
    public FaultOutcome? Try(ulong address, MemoryAccess access, Privilege privilege = Privilege.Supervisor)
    {
        Cpu.Privilege = privilege;
        try
        {
            _ = access switch
            {
                MemoryAccess.Read => Cpu.ReadByte(At(address)),
                MemoryAccess.Execute => Cpu.Fetch(At(address)),
                _ => Write(address),
            };
            return null;
        }
        catch (SimulatedFaultException)
        {
            return LastFault;
        }
        finally
        {
            Cpu.Privilege = Privilege.Supervisor;
        }
    }

    /// <summary>Everything a failure must leave as it was: tables, free frames, books, regions.</summary>
    public string Snapshot(AddressSpace<SimulatedPlatform> space)
    {
        PagingSnapshot tables = Paging.Snapshot(space.Mapper);
        string regions = "";
        for (int index = 0; space.TryGetRegion(index, out Region region); index++)
            regions += $"{region.Range} {region.Kind} {region.Protection.Access} {region.Backing}; ";
        return $"{tables.Tables}| {tables.FreeFrames} free, {tables.Books.Tables} tables, {tables.Books.MappedBytes} bytes | {regions}";
    }

    public static VirtAddr At(ulong address) => PagingWorld.At(address);

    public static VirtRange Range(ulong start, ulong length) => VirtRange.Create(At(start), length);

    public static AddressSpaceError ErrorOf(Result<AddressSpaceError> result) => result.TryGetError(out AddressSpaceError error) ? error : AddressSpaceError.None;

    public static AddressSpaceError ErrorOf(Result<VirtRange, AddressSpaceError> result) => result.TryGetError(out AddressSpaceError error) ? error : AddressSpaceError.None;

    public void Dispose() => Paging.Dispose();

    private byte Write(ulong address)
    {
        Cpu.WriteByte(At(address), 1);
        return 0;
    }
}
