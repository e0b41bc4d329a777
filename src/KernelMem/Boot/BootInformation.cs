using System;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Boot;

/// <summary>
/// What the boot loader told the kernel, in one shape whatever the protocol. Made by <see cref="PvhReader"/>,
/// <see cref="Multiboot1Reader"/>, <see cref="Multiboot2Reader"/>, <see cref="LimineReader"/>, <see cref="E820Reader"/> and
/// <see cref="UefiReader"/>, which have checked all of it; it points into the loader's tables and copies nothing,
/// so the tables must stay in place (<see cref="MemoryMapBuilder.ReserveBootData"/>) and mapped.
/// </summary>
public readonly struct BootInformation
{
    private readonly BootString _commandLine;

    internal BootInformation(
        BootProtocol protocol, PhysRange storage, FirmwareMap map, BootModules modules, BootString commandLine, PhysAddr rsdp,
        FirmwareMap uefiMap = default)
    {
        _commandLine = commandLine;
        Protocol = protocol;
        Storage = storage;
        Map = map;
        Modules = modules;
        Rsdp = rsdp;
        UefiMap = uefiMap;
    }

    /// <summary>
    /// Reads what the boot loader left, by the protocol that the entry code saw: one of those whose loader passes a structure. The answers
    /// of Limine, and maps of E820 and UEFI, need more than its address: their readers take it.
    /// </summary>
    /// <param name="protocol">How the kernel was started.</param>
    /// <param name="memory">The physical memory that may be read.</param>
    /// <param name="information">Where the protocol's information structure is.</param>
    /// <returns>The boot information, or what is wrong with it.</returns>
    public static Result<BootInformation, BootInformationError> Read(BootProtocol protocol, PhysicalMemoryView memory, PhysAddr information) =>
        protocol switch
        {
            BootProtocol.Pvh => PvhReader.Read(memory, information),
            BootProtocol.Multiboot1 => Multiboot1Reader.Read(memory, Multiboot1Reader.Magic, information),
            BootProtocol.Multiboot2 => Multiboot2Reader.Read(memory, Multiboot2Reader.Magic, information),
            _ => BootInformationError.UnknownProtocol,
        };

    /// <summary>How the kernel was started.</summary>
    public BootProtocol Protocol { get; }

    /// <summary>The memory the information structure itself occupies; empty where there is none but the map.</summary>
    public PhysRange Storage { get; }

    /// <summary>The memory map as reported. Feed it to <see cref="MemoryMapBuilder.AddFirmware"/>.</summary>
    public FirmwareMap Map { get; }

    /// <summary>
    /// UEFI's own memory map, if the loader gave one (Multiboot 2, UEFI); otherwise empty. It tells what <see cref="Map"/> may not:
    /// what the boot services used, and where the runtime services lie. A kernel may feed it to the builder in place of
    /// <see cref="Map"/>, or beside it.
    /// </summary>
    public FirmwareMap UefiMap { get; }

    /// <summary>The modules that were loaded beside the kernel.</summary>
    public BootModules Modules { get; }

    /// <summary>The kernel's command line without its terminator; empty if there is none.</summary>
    public ReadOnlySpan<byte> CommandLine => _commandLine.Bytes;

    /// <summary>The ACPI root pointer (RSDP), or <see cref="PhysAddr.Zero"/> if the loader gave none. Multiboot 1 never does.</summary>
    public PhysAddr Rsdp { get; }

    /// <summary>All memory that the loader left something in. The kernel must not use it before it is done with this.</summary>
    public BootReservedRanges ReservedRanges => new(this);

    internal BootString CommandLineString => _commandLine;
}
