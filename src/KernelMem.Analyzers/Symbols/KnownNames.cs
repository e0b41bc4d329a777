namespace KernelMem.Analyzers.Symbols;

/// <summary>The metadata names of the attributes that the rules follow. No rule asks for a type by name that a user could replace.</summary>
internal static class KnownNames
{
    private const string Annotations = "KernelMem.Annotations.";

    public const string NoAlloc = Annotations + "NoAllocAttribute";
    public const string MayAlloc = Annotations + "MayAllocAttribute";
    public const string TrustedNoAlloc = Annotations + "TrustedNoAllocAttribute";
    public const string NoThrow = Annotations + "NoThrowAttribute";
    public const string NonBlocking = Annotations + "NonBlockingAttribute";
    public const string MayBlock = Annotations + "MayBlockAttribute";
    public const string Aligned = Annotations + "AlignedAttribute";
    public const string AlignmentUnit = Annotations + "AlignmentUnitAttribute";
    public const string PowerOfTwo = Annotations + "PowerOfTwoAttribute";
    public const string PreservesValue = Annotations + "PreservesValueAttribute";
    public const string HardwareStruct = Annotations + "HardwareStructAttribute";
    public const string ExpectedSize = Annotations + "ExpectedSizeAttribute";
    public const string ExpectedOffset = Annotations + "ExpectedOffsetAttribute";
    public const string UserMemory = Annotations + "UserMemoryAttribute";
    public const string GrantsWrite = Annotations + "GrantsWriteAttribute";
    public const string GrantsExecute = Annotations + "GrantsExecuteAttribute";
    public const string CanonicalAddress = Annotations + "CanonicalAddressAttribute";
    public const string BitLayout = Annotations + "BitLayoutAttribute";
    public const string MustUse = Annotations + "MustUseAttribute";
    public const string Affine = Annotations + "AffineAttribute";
}
