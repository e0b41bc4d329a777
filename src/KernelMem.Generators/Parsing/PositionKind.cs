namespace KernelMem.Generators.Parsing;

/// <summary>Which of the field attributes a property has.</summary>
internal enum PositionKind
{
    Bit,
    Bits,
    Address,
}
