using System;
using KernelMem.Addresses;
using KernelMem.Failures;

namespace KernelMem.Platform;

/// <summary>
/// What CR3 holds: the frame of the root table, and, with process-context identifiers on, the identifier (Intel SDM Vol. 3A
/// §4.5.2, table 4-12, and §4.10.1).
/// </summary>
public readonly struct PageTableRoot : IEquatable<PageTableRoot>
{
    private const ulong PcidMask = 0xFFF;
    private const ulong FrameMask = (PhysAddr.Limit - 1) & ~PcidMask;

    private PageTableRoot(ulong register) => Register = register;

    /// <summary>The register as the processor has it.</summary>
    public ulong Register { get; }

    /// <summary>The frame of the root table: bits 51:12.</summary>
    public Frame Table => Frame.CreateUnchecked(PhysAddr.CreateUnchecked(Register & FrameMask));

    /// <summary>Bits 11:0: the process-context identifier, or, with those off, the root table's cache bits (PWT 3, PCD 4).</summary>
    public ushort Pcid => (ushort)(Register & PcidMask);

    /// <summary>The root that a CR3 value names, all bits kept.</summary>
    public static PageTableRoot FromRegister(ulong register) => new(register);

    /// <summary>The root with the table at <paramref name="table"/> and bits 11:0 zero.</summary>
    public static PageTableRoot Create(Frame table) => new(table.Start.Value);

    /// <summary>The root with the table at <paramref name="table"/> and an identifier. Panics above 4095.</summary>
    public static PageTableRoot Create(Frame table, ushort pcid)
    {
        Panic.Assert(pcid <= PcidMask, "PageTableRoot: a process-context identifier has 12 bits");
        return new PageTableRoot(table.Start.Value | pcid);
    }

    /// <summary>Whether both registers are the same.</summary>
    public static bool operator ==(PageTableRoot left, PageTableRoot right) => left.Register == right.Register;

    /// <summary>Whether the registers differ.</summary>
    public static bool operator !=(PageTableRoot left, PageTableRoot right) => left.Register != right.Register;

    /// <inheritdoc/>
    public bool Equals(PageTableRoot other) => Register == other.Register;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PageTableRoot other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Register >> 12);
}
