using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>
/// Control register CR4: which architectural features are on. Named as the manual names the bits. Intel SDM Vol. 3A §2.5. Setting
/// the bit of a feature that the processor lacks faults.
/// </summary>
[BitLayout]
[Reserved(15)]
[Reserved(26)]
[Reserved(29, 31)]
[Reserved(33, 63)]
public readonly partial struct Cr4
{
    /// <summary>VME, bit 0: virtual-8086 mode extensions.</summary>
    [Bit(0, Label = "VME")]
    public partial bool Vme { get; }

    /// <summary>PVI, bit 1: protected-mode virtual interrupts.</summary>
    [Bit(1, Label = "PVI")]
    public partial bool Pvi { get; }

    /// <summary>TSD, bit 2: only the kernel may read the time stamp.</summary>
    [Bit(2, Label = "TSD")]
    public partial bool Tsd { get; }

    /// <summary>DE, bit 3: debugging extensions.</summary>
    [Bit(3, Label = "DE")]
    public partial bool De { get; }

    /// <summary>PSE, bit 4: 4 MiB pages in 32-bit paging; ignored in 4-level and 5-level paging.</summary>
    [Bit(4, Label = "PSE")]
    public partial bool Pse { get; }

    /// <summary>PAE, bit 5: physical-address extension; must be 1 for long mode.</summary>
    [Bit(5, Label = "PAE")]
    public partial bool Pae { get; }

    /// <summary>MCE, bit 6: machine-check exceptions.</summary>
    [Bit(6, Label = "MCE")]
    public partial bool Mce { get; }

    /// <summary>PGE, bit 7: global pages. Changing it flushes every translation, the global ones included.</summary>
    [Bit(7, Label = "PGE")]
    public partial bool Pge { get; }

    /// <summary>PCE, bit 8: user code may read performance counters.</summary>
    [Bit(8, Label = "PCE")]
    public partial bool Pce { get; }

    /// <summary>OSFXSR, bit 9: SSE instructions and FXSAVE.</summary>
    [Bit(9, Label = "OSFXSR")]
    public partial bool Osfxsr { get; }

    /// <summary>OSXMMEXCPT, bit 10: SIMD floating-point exceptions.</summary>
    [Bit(10, Label = "OSXMMEXCPT")]
    public partial bool Osxmmexcpt { get; }

    /// <summary>UMIP, bit 11: user code may not read descriptor-table addresses.</summary>
    [Bit(11, Label = "UMIP")]
    public partial bool Umip { get; }

    /// <summary>LA57, bit 12: 57-bit linear addresses, 5-level paging. Cannot change in long mode.</summary>
    [Bit(12, Label = "LA57")]
    public partial bool La57 { get; }

    /// <summary>VMXE, bit 13: VMX.</summary>
    [Bit(13, Label = "VMXE")]
    public partial bool Vmxe { get; }

    /// <summary>SMXE, bit 14: SMX.</summary>
    [Bit(14, Label = "SMXE")]
    public partial bool Smxe { get; }

    /// <summary>FSGSBASE, bit 16: the instructions that read and write the FS and GS bases.</summary>
    [Bit(16, Label = "FSGSBASE")]
    public partial bool Fsgsbase { get; }

    /// <summary>PCIDE, bit 17: process-context identifiers; CR3 is then a <see cref="Cr3Pcid"/>.</summary>
    [Bit(17, Label = "PCIDE")]
    public partial bool Pcide { get; }

    /// <summary>OSXSAVE, bit 18: XSAVE and the extended states.</summary>
    [Bit(18, Label = "OSXSAVE")]
    public partial bool Osxsave { get; }

    /// <summary>KL, bit 19: Key Locker.</summary>
    [Bit(19, Label = "KL")]
    public partial bool Kl { get; }

    /// <summary>SMEP, bit 20: the kernel may not execute user pages.</summary>
    [Bit(20, Label = "SMEP")]
    public partial bool Smep { get; }

    /// <summary>SMAP, bit 21: the kernel may not touch user pages, but between STAC and CLAC.</summary>
    [Bit(21, Label = "SMAP")]
    public partial bool Smap { get; }

    /// <summary>PKE, bit 22: protection keys for user pages.</summary>
    [Bit(22, Label = "PKE")]
    public partial bool Pke { get; }

    /// <summary>CET, bit 23: control-flow enforcement.</summary>
    [Bit(23, Label = "CET")]
    public partial bool Cet { get; }

    /// <summary>PKS, bit 24: protection keys for supervisor pages.</summary>
    [Bit(24, Label = "PKS")]
    public partial bool Pks { get; }

    /// <summary>UINTR, bit 25: user interrupts.</summary>
    [Bit(25, Label = "UINTR")]
    public partial bool Uintr { get; }

    /// <summary>LASS, bit 27: linear-address space separation.</summary>
    [Bit(27, Label = "LASS")]
    public partial bool Lass { get; }

    /// <summary>LAM_SUP, bit 28: kernel pointers may carry metadata.</summary>
    [Bit(28, Label = "LAM_SUP")]
    public partial bool LamSup { get; }

    /// <summary>FRED, bit 32: flexible return and event delivery.</summary>
    [Bit(32, Label = "FRED")]
    public partial bool Fred { get; }
}
