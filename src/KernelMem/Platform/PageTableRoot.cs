using System;
using KernelMem.Addresses;

namespace KernelMem.Platform;

/// <summary>
/// What CR3 holds, as the paging code passes it round: the frame of the root table, and, with process-context identifiers on,
/// the identifier. The other bits are in <see cref="Cr3"/> and <see cref="Cr3Pcid"/>.
/// </summary>
public readonly struct PageTableRoot : IEquatable<PageTableRoot>
{
    private PageTableRoot(ulong register) => Register = register;

    /// <summary>The register as the processor has it.</summary>
    public ulong Register { get; }

    /// <summary>The frame of the root table: bits 51:12.</summary>
    public Frame Table => Cr3.FromRaw(Register).Root;

    /// <summary>Bits 11:0: the process-context identifier, or, with those off, the root table's cache bits (PWT 3, PCD 4).</summary>
    public ushort Pcid => Cr3Pcid.FromRaw(Register).Pcid;

    /// <summary>
    /// Bit 63: whether writing this root to CR3 keeps what is cached under its identifier. Allowed with process-context identifiers on only;
    /// CR3 reads without it.
    /// </summary>
    public bool KeepsTranslations => Cr3Pcid.FromRaw(Register).NoFlush;

    /// <summary>The root that a CR3 value names, all bits kept.</summary>
    public static PageTableRoot FromRegister(ulong register) => new(register);

    /// <summary>The root with the table at <paramref name="table"/> and bits 11:0 zero.</summary>
    public static PageTableRoot Create(Frame table) => new(Cr3.Initial.WithRoot(table).Value);

    /// <summary>The root with the table at <paramref name="table"/> and an identifier. Panics above 4095.</summary>
    public static PageTableRoot Create(Frame table, ushort pcid) => new(Cr3Pcid.Initial.WithRoot(table).WithPcid(pcid).Value);

    /// <summary>The same root under another identifier, all other bits kept. Panics above 4095.</summary>
    public PageTableRoot WithPcid(ushort pcid) => new(Cr3Pcid.FromRaw(Register).WithPcid(pcid).Value);

    /// <summary>The same root, with <see cref="KeepsTranslations"/> as stated.</summary>
    public PageTableRoot WithKeepsTranslations(bool keeps) => new(Cr3Pcid.FromRaw(Register).WithNoFlush(keeps).Value);

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
