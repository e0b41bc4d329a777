using KernelMem.Addresses;
using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>
/// Control register CR3 while CR4.PCIDE is clear: the root of the paging structures. Intel SDM Vol. 3A Table 4-12. While CR4.PCIDE is
/// set, it is <see cref="Cr3Pcid"/>.
/// </summary>
[BitLayout]
[Ignored(0, 2)]
[Ignored(5, 11)]
[Reserved(52, 60)]
[Reserved(63)]
public readonly partial struct Cr3
{
    /// <summary>PWT, bit 3: part of the memory type used to access the root table (§4.9.2).</summary>
    [Bit(3, Label = "PWT")]
    public partial bool WriteThrough { get; }

    /// <summary>PCD, bit 4: part of the memory type used to access the root table (§4.9.2).</summary>
    [Bit(4, Label = "PCD")]
    public partial bool CacheDisable { get; }

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
}
