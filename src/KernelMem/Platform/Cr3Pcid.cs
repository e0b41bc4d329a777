using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>
/// Control register CR3 while CR4.PCIDE is set: the root of the paging structures and the identifier that its translations are cached
/// under. Intel SDM Vol. 3A Table 4-13. While CR4.PCIDE is clear, it is <see cref="Cr3"/>.
/// </summary>
[BitLayout]
[Reserved(52, 60)]
public readonly partial struct Cr3Pcid
{
    /// <summary>Bits 11:0: the process-context identifier (§4.10.1).</summary>
    [Bits(0, 11)]
    public partial ushort Pcid { get; }

    /// <summary>
    /// Bits 51:12: the frame of the root table, a PML4 table, or a PML5 table with CR4.LA57. Bits beyond the processor's
    /// physical-address width must be zero.
    /// </summary>
    [Address(12, 51)]
    public partial Frame Root { get; }

    /// <summary>LAM_U57, bit 61: user pointers may carry metadata in bits 62:57. Reserved without that feature.</summary>
    [Bit(61, Label = "LAM_U57")]
    public partial bool LamU57 { get; }

    /// <summary>LAM_U48, bit 62: user pointers may carry metadata in bits 62:48. Reserved without that feature.</summary>
    [Bit(62, Label = "LAM_U48")]
    public partial bool LamU48 { get; }

    /// <summary>
    /// Bit 63 of the value that MOV to CR3 writes: keep the translations cached under <see cref="Pcid"/> (§4.10.4.1). It is not stored,
    /// and reads as 0.
    /// </summary>
    [Bit(63)]
    public partial bool NoFlush { get; }
}
