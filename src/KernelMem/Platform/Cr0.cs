using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>Control register CR0: how the processor runs. Named as the manual names the bits. Intel SDM Vol. 3A §2.5.</summary>
[BitLayout]
[Ignored(6, 15)]
[Ignored(17)]
[Ignored(19, 28)]
[Reserved(32, 63)]
[Forbid("Pg & !Pe", Reason = "paging needs protected mode: MOV to CR0 faults")]
[Forbid("Nw & !Cd", Reason = "there is no such cache mode: MOV to CR0 faults")]
public readonly partial struct Cr0
{
    /// <summary>PE, bit 0: protected mode.</summary>
    [Bit(0, Label = "PE")]
    public partial bool Pe { get; }

    /// <summary>MP, bit 1: WAIT and FWAIT heed <see cref="Ts"/>.</summary>
    [Bit(1, Label = "MP")]
    public partial bool Mp { get; }

    /// <summary>EM, bit 2: there is no x87 unit; x87 and SSE instructions fault.</summary>
    [Bit(2, Label = "EM")]
    public partial bool Em { get; }

    /// <summary>TS, bit 3: the next x87 or SSE instruction faults, so that its state can be switched lazily.</summary>
    [Bit(3, Label = "TS")]
    public partial bool Ts { get; }

    /// <summary>ET, bit 4: always 1 on today's processors.</summary>
    [Bit(4, Default = true, Label = "ET")]
    public partial bool Et { get; }

    /// <summary>NE, bit 5: x87 errors are exceptions rather than interrupts.</summary>
    [Bit(5, Label = "NE")]
    public partial bool Ne { get; }

    /// <summary>WP, bit 16: read-only pages are read-only for supervisor code too. Without it, W^X does not hold in a kernel.</summary>
    [Bit(16, Label = "WP")]
    public partial bool Wp { get; }

    /// <summary>AM, bit 18: alignment checks are possible.</summary>
    [Bit(18, Label = "AM")]
    public partial bool Am { get; }

    /// <summary>NW, bit 29: not write-through.</summary>
    [Bit(29, Label = "NW")]
    public partial bool Nw { get; }

    /// <summary>CD, bit 30: caches are disabled.</summary>
    [Bit(30, Label = "CD")]
    public partial bool Cd { get; }

    /// <summary>PG, bit 31: paging is on.</summary>
    [Bit(31, Label = "PG")]
    public partial bool Pg { get; }
}
