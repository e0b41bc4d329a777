using System;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// What the boot loader told the kernel, in one shape whatever the protocol. Made by <see cref="PvhReader"/> and
/// <see cref="Multiboot1Reader"/>, which have checked all of it; it points into the loader's tables and copies nothing,
/// so the tables must stay in place (<see cref="MemoryMapBuilder.ReserveBootData"/>) and mapped.
/// </summary>
public readonly struct BootInformation
{
    private readonly BootString _commandLine;

    internal BootInformation(
        BootProtocol protocol, PhysRange storage, FirmwareMap map, BootModules modules, BootString commandLine, PhysAddr rsdp)
    {
        _commandLine = commandLine;
        Protocol = protocol;
        Storage = storage;
        Map = map;
        Modules = modules;
        Rsdp = rsdp;
    }

    /// <summary>Reads what the boot loader left, by the protocol that the entry code saw.</summary>
    /// <param name="protocol">How the kernel was started.</param>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="information">Where the protocol's information structure is.</param>
    /// <returns>The boot information, or what is wrong with it.</returns>
    public static Result<BootInformation, BootInformationError> Read(BootProtocol protocol, PhysWindow memory, PhysAddr information) =>
        protocol switch
        {
            BootProtocol.Pvh => PvhReader.Read(memory, information),
            BootProtocol.Multiboot1 => Multiboot1Reader.Read(memory, Multiboot1Reader.Magic, information),
            _ => BootInformationError.UnknownProtocol,
        };

    /// <summary>How the kernel was started.</summary>
    public BootProtocol Protocol { get; }

    /// <summary>The memory the information structure itself occupies.</summary>
    public PhysRange Storage { get; }

    /// <summary>The memory map as reported. Feed it to <see cref="MemoryMapBuilder.AddFirmware"/>.</summary>
    public FirmwareMap Map { get; }

    /// <summary>The modules that were loaded beside the kernel.</summary>
    public BootModules Modules { get; }

    /// <summary>The kernel's command line without its terminator; empty if there is none.</summary>
    public ReadOnlySpan<byte> CommandLine => _commandLine.Bytes;

    /// <summary>The ACPI root pointer (RSDP), or <see cref="PhysAddr.Zero"/> if the loader gave none. Multiboot 1 never does.</summary>
    public PhysAddr Rsdp { get; }

    /// <summary>All memory that the loader left something in. The kernel must not use it before it is done with this.</summary>
    public BootLeftovers Leftovers => new(this);

    internal BootString CommandLineString => _commandLine;
}
