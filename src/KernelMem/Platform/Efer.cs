using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>
/// The IA32_EFER MSR: long mode and no-execute. Intel SDM Vol. 3A §2.2.1; the bits from 12 on are AMD's (AMD64 APM Vol. 2 §3.1.7) and
/// reserved on Intel processors.
/// </summary>
[BitLayout]
[Reserved(1, 7)]
[Reserved(9)]
[Reserved(16)]
[Reserved(19)]
[Reserved(22, 63)]
public readonly partial struct Efer
{
    /// <summary>The number of the MSR, for RDMSR and WRMSR.</summary>
    public const uint Msr = 0xC000_0080;

    /// <summary>SCE, bit 0: SYSCALL and SYSRET.</summary>
    [Bit(0, Label = "SCE")]
    public partial bool Sce { get; }

    /// <summary>LME, bit 8: paging, when turned on, is that of long mode.</summary>
    [Bit(8, Label = "LME")]
    public partial bool Lme { get; }

    /// <summary>LMA, bit 10: long mode is active. The processor sets it.</summary>
    [Bit(10, Access = FieldAccess.ReadOnly, Label = "LMA")]
    public partial bool Lma { get; }

    /// <summary>NXE, bit 11: the no-execute bit of page-table entries has its meaning; without it, it is reserved.</summary>
    [Bit(11, Label = "NXE")]
    public partial bool Nxe { get; }

    /// <summary>SVME, bit 12 (AMD): secure virtual machines.</summary>
    [Bit(12, Label = "SVME")]
    public partial bool Svme { get; }

    /// <summary>LMSLE, bit 13 (AMD): segment limits in long mode.</summary>
    [Bit(13, Label = "LMSLE")]
    public partial bool Lmsle { get; }

    /// <summary>FFXSR, bit 14 (AMD): fast FXSAVE and FXRSTOR.</summary>
    [Bit(14, Label = "FFXSR")]
    public partial bool Ffxsr { get; }

    /// <summary>TCE, bit 15 (AMD): INVLPG drops upper-level translations of the page only.</summary>
    [Bit(15, Label = "TCE")]
    public partial bool Tce { get; }

    /// <summary>MCOMMIT, bit 17 (AMD): the MCOMMIT instruction.</summary>
    [Bit(17, Label = "MCOMMIT")]
    public partial bool Mcommit { get; }

    /// <summary>INTWB, bit 18 (AMD): WBINVD and WBNOINVD can be interrupted.</summary>
    [Bit(18, Label = "INTWB")]
    public partial bool Intwb { get; }

    /// <summary>UAIE, bit 20 (AMD): upper address bits are ignored.</summary>
    [Bit(20, Label = "UAIE")]
    public partial bool Uaie { get; }

    /// <summary>AIBRSE, bit 21 (AMD): automatic restriction of indirect branches.</summary>
    [Bit(21, Label = "AIBRSE")]
    public partial bool Aibrse { get; }
}
