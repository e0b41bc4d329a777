using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Model;

/// <summary>The unsigned integer that holds a layout's word.</summary>
/// <param name="Keyword">The C# keyword.</param>
/// <param name="Width">The width in bits.</param>
internal readonly record struct StorageType(string Keyword, int Width)
{
    /// <summary>C# computes in 32 bits at least: bytes and shorts are widened before computing and narrowed after.</summary>
    private bool IsNarrow => Width < 32;

    /// <summary>Whether the library reads and exchanges such words in one step.</summary>
    public bool IsAtomic => Width >= 32;

    /// <summary>The storage for a declared type, or null where the type is not one of the four.</summary>
    public static StorageType? From(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Byte => new StorageType("byte", 8),
        SpecialType.System_UInt16 => new StorageType("ushort", 16),
        SpecialType.System_UInt32 => new StorageType("uint", 32),
        SpecialType.System_UInt64 => new StorageType("ulong", 64),
        _ => null,
    };

    /// <summary>An operand of the storage type, in the type that computes.</summary>
    public string Widened(string operand) => IsNarrow ? "(uint)" + operand : operand;

    /// <summary>A computed expression, in the storage type.</summary>
    public string Narrowed(string expression) => IsNarrow ? $"({Keyword})({expression})" : expression;
}
