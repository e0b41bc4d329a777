namespace KernelMem.Generators.Model;

/// <summary>Bits that the layout accounts for without giving them a property.</summary>
internal readonly record struct UnnamedBits(BitRange Bits, UnnamedRole Role)
{
    public string Description => Role switch
    {
        UnnamedRole.Reserved => "reserved",
        UnnamedRole.Ignored => "ignored",
        UnnamedRole.FixedZero => "fixed at 0",
        _ => "fixed at 1",
    };
}
