namespace KernelMem.Simulation.Walk;

/// <summary>How a walk ends.</summary>
public enum WalkOutcome
{
    /// <summary>There is a translation, and the access is allowed.</summary>
    Translated,

    /// <summary>A page fault, #PF.</summary>
    PageFault,

    /// <summary>The address is not canonical: a general-protection exception, #GP(0), and no walk at all.</summary>
    NotCanonical,
}
