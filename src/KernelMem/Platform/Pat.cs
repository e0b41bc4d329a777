using KernelMem.Annotations;

namespace KernelMem.Platform;

/// <summary>
/// The IA32_PAT MSR: the eight memory types that a page may have. The PAT, PCD and PWT bits of the entry that maps it are bits 2, 1 and
/// 0 of the index. Intel SDM Vol. 3A §11.12.2.
/// </summary>
/// <remarks>
/// <see cref="Initial"/> is what the processor has after a reset, 0x0007_0406_0007_0406. Writing a type that is not defined faults
/// (#GP); <see cref="Validate()"/> finds it.
/// </remarks>
[BitLayout]
[Reserved(3, 7)]
[Reserved(11, 15)]
[Reserved(19, 23)]
[Reserved(27, 31)]
[Reserved(35, 39)]
[Reserved(43, 47)]
[Reserved(51, 55)]
[Reserved(59, 63)]
public readonly partial struct Pat
{
    /// <summary>The number of the MSR, for RDMSR and WRMSR.</summary>
    public const uint Msr = 0x277;

    /// <summary>PA0, bits 2:0: the type of pages with none of PAT, PCD and PWT.</summary>
    [Bits(0, 2, Default = MemoryType.WriteBack, Label = "PA0")]
    public partial MemoryType Type0 { get; }

    /// <summary>PA1, bits 10:8: the type of pages with PWT.</summary>
    [Bits(8, 10, Default = MemoryType.WriteThrough, Label = "PA1")]
    public partial MemoryType Type1 { get; }

    /// <summary>PA2, bits 18:16: the type of pages with PCD.</summary>
    [Bits(16, 18, Default = MemoryType.UncachedMinus, Label = "PA2")]
    public partial MemoryType Type2 { get; }

    /// <summary>PA3, bits 26:24: the type of pages with PCD and PWT.</summary>
    [Bits(24, 26, Default = MemoryType.Uncacheable, Label = "PA3")]
    public partial MemoryType Type3 { get; }

    /// <summary>PA4, bits 34:32: the type of pages with PAT.</summary>
    [Bits(32, 34, Default = MemoryType.WriteBack, Label = "PA4")]
    public partial MemoryType Type4 { get; }

    /// <summary>PA5, bits 42:40: the type of pages with PAT and PWT.</summary>
    [Bits(40, 42, Default = MemoryType.WriteThrough, Label = "PA5")]
    public partial MemoryType Type5 { get; }

    /// <summary>PA6, bits 50:48: the type of pages with PAT and PCD.</summary>
    [Bits(48, 50, Default = MemoryType.UncachedMinus, Label = "PA6")]
    public partial MemoryType Type6 { get; }

    /// <summary>PA7, bits 58:56: the type of pages with PAT, PCD and PWT.</summary>
    [Bits(56, 58, Default = MemoryType.Uncacheable, Label = "PA7")]
    public partial MemoryType Type7 { get; }
}
