namespace KernelMem.Generators.Model;

/// <summary>What bits without a name must hold.</summary>
internal enum UnnamedRole
{
    /// <summary>Zero.</summary>
    Reserved,

    /// <summary>Anything.</summary>
    Ignored,

    /// <summary>Anything, and the hardware will never give it a meaning.</summary>
    Software,

    /// <summary>Zero, because a one would make the word something else.</summary>
    FixedZero,

    /// <summary>One.</summary>
    FixedOne,
}
