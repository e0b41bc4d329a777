namespace KernelMem.Generators.Model;

/// <summary>Bits that the layout accounts for without giving them a property.</summary>
internal readonly record struct UnnamedBits(BitRange Bits, UnnamedRole Role)
{
    /// <summary>Whether the bits must have one value.</summary>
    public bool IsDecided => Role is not (UnnamedRole.Ignored or UnnamedRole.Software);

    /// <summary>In a sentence.</summary>
    public string DescribedBits => Role == UnnamedRole.Software ? "bits for software" : Description + " bits";

    /// <summary>In a table.</summary>
    public string Description => Role switch
    {
        UnnamedRole.Reserved => "reserved",
        UnnamedRole.Ignored => "ignored",
        UnnamedRole.Software => "for software",
        UnnamedRole.FixedZero => "fixed at 0",
        _ => "fixed at 1",
    };
}
