namespace KernelMem.Simulation.Walk;

/// <summary>What a walk found.</summary>
public struct WalkResult
{
    /// <summary>How it ended.</summary>
    public WalkOutcome Outcome;

    /// <summary>Whether every entry was present and without reserved bits: the rights decided, and <see cref="Translation"/> counts.</summary>
    public bool HasTranslation;

    /// <summary>The translation, if there is one, whether or not it allows the access.</summary>
    public WalkTranslation Translation;

    /// <summary>The error code, for a page fault (Intel SDM Vol. 3A §4.7).</summary>
    public uint ErrorCode;

    /// <summary>The entries it read; without a translation, the last of them is the one that ended the walk.</summary>
    public WalkPath Path;
}
