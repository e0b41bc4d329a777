using System;
using KernelMem.Addresses;

namespace KernelMem.Boot;

/// <summary>A file the boot loader put into memory beside the kernel.</summary>
public readonly struct BootModule
{
    internal BootModule(PhysRange range, BootString commandLine)
    {
        Range = range;
        CommandLineString = commandLine;
    }

    /// <summary>Where the module's content is. It may lie outside the window the tables were read through.</summary>
    public PhysRange Range { get; }

    /// <summary>The string that came with the module, usually its name and arguments; empty if none.</summary>
    public ReadOnlySpan<byte> CommandLine => CommandLineString.Bytes;

    internal BootString CommandLineString { get; }
}
