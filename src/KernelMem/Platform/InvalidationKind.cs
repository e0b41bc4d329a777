namespace KernelMem.Platform;

/// <summary>What INVPCID drops: its types, by their numbers. Intel SDM Vol. 2A, INVPCID; Vol. 3A §4.10.4.1.</summary>
public enum InvalidationKind : byte
{
    /// <summary>The translations of one address under one identifier, except the global ones.</summary>
    Address = 0,

    /// <summary>All translations under one identifier, except the global ones.</summary>
    Context = 1,

    /// <summary>All translations under all identifiers, the global ones too.</summary>
    AllWithGlobals = 2,

    /// <summary>All translations under all identifiers, except the global ones.</summary>
    All = 3,
}
