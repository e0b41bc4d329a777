namespace KernelMem.AddressSpaces;

/// <summary>Whether a program's pointer must be aligned for the type that it points to.</summary>
public enum UserAlignment : byte
{
    /// <summary>Any address will do: copies move bytes.</summary>
    Any = 0,

    /// <summary>It must be a multiple of the alignment that C# gives the type: what lock-free words and hardware ask for.</summary>
    Natural,
}
