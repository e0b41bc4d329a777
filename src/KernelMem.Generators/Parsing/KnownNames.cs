namespace KernelMem.Generators.Parsing;

/// <summary>The metadata names of the types that the generator knows.</summary>
internal static class KnownNames
{
    public const string BitLayoutAttribute = "KernelMem.Annotations.BitLayoutAttribute";
    public const string BitAttribute = "KernelMem.Annotations.BitAttribute";
    public const string BitsAttribute = "KernelMem.Annotations.BitsAttribute";
    public const string AddressAttribute = "KernelMem.Annotations.AddressAttribute";
    public const string ReservedAttribute = "KernelMem.Annotations.ReservedAttribute";
    public const string IgnoredAttribute = "KernelMem.Annotations.IgnoredAttribute";
    public const string FixedBitAttribute = "KernelMem.Annotations.FixedBitAttribute";

    public const string SoftwareAttribute = "KernelMem.Annotations.SoftwareAttribute";
    public const string ForbidAttribute = "KernelMem.Annotations.ForbidAttribute";
    public const string PageTableEntryAttribute = "KernelMem.Annotations.PageTableEntryAttribute";
    public const string ExpectedSizeAttribute = "KernelMem.Annotations.ExpectedSizeAttribute";

    public const string DebuggerDisplayAttribute = "System.Diagnostics.DebuggerDisplayAttribute";
    public const string StructLayoutAttribute = "System.Runtime.InteropServices.StructLayoutAttribute";
    public const string FlagsAttribute = "System.FlagsAttribute";

    public const string PhysAddr = "KernelMem.Addresses.PhysAddr";
    public const string Frame = "KernelMem.Addresses.Frame";
    public const string FrameOfSize = "KernelMem.Addresses.Frame<TSize>";
    public const string Size4KiB = "KernelMem.Addresses.Size4KiB";
    public const string Size2MiB = "KernelMem.Addresses.Size2MiB";
    public const string Size1GiB = "KernelMem.Addresses.Size1GiB";
    public const string PageTableLevel = "KernelMem.Addresses.PageTableLevel";
}
