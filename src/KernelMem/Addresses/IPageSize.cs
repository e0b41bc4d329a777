using KernelMem.Annotations;

namespace KernelMem.Addresses;

/// <summary>
/// A page size of x86-64, as a type: <see cref="Size4KiB"/>, <see cref="Size2MiB"/> or <see cref="Size1GiB"/>. The members
/// are constants to the compiler, so a size in a type parameter costs nothing.
/// </summary>
public interface IPageSize
{
    /// <summary>The size in bytes: a power of two.</summary>
    static abstract ulong Bytes { get; }

    /// <summary>The binary logarithm of <see cref="Bytes"/>.</summary>
    static abstract int Shift { get; }

    /// <summary>The level of the table whose entries map pages of this size.</summary>
    static abstract PageTableLevel Level { get; }

    /// <summary>The size for a reader, e.g. <c>4KiB</c>: a literal.</summary>
    static abstract string Name { get; }
}

/// <summary>4 KiB: mapped by a page-table entry.</summary>
[AlignmentUnit(1UL << 12)]
public readonly struct Size4KiB : IPageSize
{
    /// <inheritdoc/>
    public static ulong Bytes => 1UL << Shift;

    /// <inheritdoc/>
    public static int Shift => 12;

    /// <inheritdoc/>
    public static PageTableLevel Level => PageTableLevel.Pt;

    /// <inheritdoc/>
    public static string Name => "4KiB";
}

/// <summary>2 MiB: mapped by a page-directory entry.</summary>
[AlignmentUnit(1UL << 21)]
public readonly struct Size2MiB : IPageSize
{
    /// <inheritdoc/>
    public static ulong Bytes => 1UL << Shift;

    /// <inheritdoc/>
    public static int Shift => 21;

    /// <inheritdoc/>
    public static PageTableLevel Level => PageTableLevel.Pd;

    /// <inheritdoc/>
    public static string Name => "2MiB";
}

/// <summary>1 GiB: mapped by a page-directory-pointer-table entry, where the processor offers it (CPUID.80000001H:EDX[26]).</summary>
[AlignmentUnit(1UL << 30)]
public readonly struct Size1GiB : IPageSize
{
    /// <inheritdoc/>
    public static ulong Bytes => 1UL << Shift;

    /// <inheritdoc/>
    public static int Shift => 30;

    /// <inheritdoc/>
    public static PageTableLevel Level => PageTableLevel.Pdpt;

    /// <inheritdoc/>
    public static string Name => "1GiB";
}
