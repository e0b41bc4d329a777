namespace KernelMem.Tests.Boot;

/// <summary>One entry of a firmware's map as a test makes it up, in the numbering of its format.</summary>
internal readonly record struct FirmwareEntry(ulong Start, ulong Length, ulong Type, ulong Attributes = 0)
{
    public override string ToString() => $"[0x{Start:x}+0x{Length:x} type {Type:x} attributes {Attributes:x}]";
}
