using KernelMem.Annotations;

namespace KernelMem.Layouts;

/// <summary>What is wrong with the word of a <see cref="BitLayoutAttribute">layout</see>.</summary>
public enum LayoutViolationKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bits that must be zero are set. Clear them.</summary>
    ReservedBits,

    /// <summary>Bits that always have one value have the other: the word is something else than was thought.</summary>
    FixedBits,

    /// <summary>A field holds a number that is no member of its enum.</summary>
    UndefinedValue,

    /// <summary>Fields contradict each other, as a <see cref="ForbidAttribute"/> says.</summary>
    ForbiddenCombination,

    /// <summary>An address has bits beyond the processor's physical-address width, where they are reserved.</summary>
    AddressTooWide,
}
