using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>The error code that a page fault (#PF, vector 14) pushes. Intel SDM Vol. 3A §4.7.</summary>
[BitLayout(typeof(uint))]
[Reserved(8, 14)]
[Reserved(16, 30)]
[Forbid("ReservedBit & !ProtectionViolation", Reason = "reserved bits are checked in present entries only")]
public readonly partial struct PageFaultErrorCode
{
    /// <summary>P, bit 0: all entries were present, and a right (or, with <see cref="ReservedBit"/>, a reserved bit) forbade the access; clear: an
    /// entry was not present.</summary>
    [Bit(0, Label = "P")]
    public partial bool ProtectionViolation { get; }

    /// <summary>W/R, bit 1: the access was a write; clear: a read or a fetch.</summary>
    [Bit(1, Label = "WR")]
    public partial bool Write { get; }

    /// <summary>U/S, bit 2: the access was made in user mode.</summary>
    [Bit(2, Label = "US")]
    public partial bool User { get; }

    /// <summary>RSVD, bit 3: an entry had a reserved bit set.</summary>
    [Bit(3, Label = "RSVD")]
    public partial bool ReservedBit { get; }

    /// <summary>I/D, bit 4: the access was an instruction fetch (while no-execute or SMEP is on).</summary>
    [Bit(4, Label = "ID")]
    public partial bool InstructionFetch { get; }

    /// <summary>PK, bit 5: the page's protection key forbade the access.</summary>
    [Bit(5, Label = "PK")]
    public partial bool ProtectionKey { get; }

    /// <summary>SS, bit 6: the access was a shadow-stack access.</summary>
    [Bit(6, Label = "SS")]
    public partial bool ShadowStack { get; }

    /// <summary>HLAT, bit 7: the fault arose in HLAT paging.</summary>
    [Bit(7, Label = "HLAT")]
    public partial bool Hlat { get; }

    /// <summary>SGX, bit 15: SGX forbade the access; ordinary paging allowed it.</summary>
    [Bit(15, Label = "SGX")]
    public partial bool Sgx { get; }

    /// <summary>RMP, bit 31 (AMD64 APM Vol. 2 §8.4.2): the reverse map table forbade the access.</summary>
    [Bit(31, Label = "RMP")]
    public partial bool Rmp { get; }
}
