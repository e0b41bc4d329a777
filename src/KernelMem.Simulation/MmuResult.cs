using KernelMem.Addresses;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <summary>How a translation ended.</summary>
public enum MmuOutcome
{
    /// <summary>There is a translation, and the access is allowed.</summary>
    Translated,

    /// <summary>A page fault, #PF.</summary>
    PageFault,

    /// <summary>A general-protection exception, #GP(0): the address is not canonical.</summary>
    GeneralProtection,
}

/// <summary>What the MMU says to an access.</summary>
/// <param name="Outcome">Which of the other parts counts.</param>
/// <param name="Translation">Where the address leads, for <see cref="MmuOutcome.Translated"/>.</param>
/// <param name="Fault">The fault, for <see cref="MmuOutcome.PageFault"/>.</param>
public readonly record struct MmuResult(MmuOutcome Outcome, SimulatedTranslation Translation, SimulatedPageFault Fault)
{
    /// <summary>The address is not canonical.</summary>
    public static MmuResult GeneralProtection => new(MmuOutcome.GeneralProtection, default, default);

    /// <summary>The access is allowed.</summary>
    public static MmuResult Success(SimulatedTranslation translation) => new(MmuOutcome.Translated, translation, default);

    /// <summary>The access faults.</summary>
    public static MmuResult Failure(SimulatedPageFault fault) => new(MmuOutcome.PageFault, default, fault);

    internal static MmuResult Of(in WalkResult result, VirtAddr address) => result.Outcome switch
    {
        WalkOutcome.Translated => Success(SimulatedTranslation.Of(result.Translation, address.Value)),
        WalkOutcome.PageFault => Failure(new SimulatedPageFault(address, result.ErrorCode)),
        _ => GeneralProtection,
    };
}
