using System.Runtime.CompilerServices;

namespace KernelMem.Paging;

/// <summary>What the entries of a walk let through, taken together: a right counts if every level grants it (Intel SDM Vol. 3A §4.6.1).</summary>
internal readonly struct PathRights
{
    private const ulong WriteBit = PdEntry.WritableMask;
    private const ulong UserBit = PdEntry.UserMask;
    private const ulong ForbidExecution = PdEntry.NoExecuteMask;
    private const ulong AllBits = WriteBit | UserBit | ForbidExecution;

    // R/W, U/S and the inverse of XD, where they are in an entry: then "every level grants it" is one AND.
    private readonly ulong _granted;

    private PathRights(ulong granted) => _granted = granted;

    /// <summary>Before the first level: everything.</summary>
    public static PathRights All => new(AllBits);

    /// <summary>Nothing but kernel reads.</summary>
    public static PathRights None => default;

    public bool Writable => (_granted & WriteBit) != 0;

    public bool User => (_granted & UserBit) != 0;

    public bool Executable => (_granted & ForbidExecution) != 0;

    /// <summary>The bits of an entry that grants exactly these.</summary>
    public ulong EntryBits => _granted ^ ForbidExecution;

    /// <summary>What an entry of any level grants: the three bits are in the same places in all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PathRights Of(ulong entry) => new((entry ^ ForbidExecution) & AllBits);

    /// <summary>What a page of a protection needs.</summary>
    public static PathRights For(Protection protection) => new(
        (protection.IsWritable ? WriteBit : 0) | (protection.IsUser ? UserBit : 0) | (protection.IsExecutable ? ForbidExecution : 0));

    /// <summary>Everything but user mode.</summary>
    public static PathRights Kernel => new(WriteBit | ForbidExecution);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PathRights And(ulong entry) => new(_granted & (entry ^ ForbidExecution));

    public PathRights Or(PathRights other) => new(_granted | other._granted);

    /// <summary>Whether these hold all of the others.</summary>
    public bool Contain(PathRights others) => (others._granted & ~_granted) == 0;

    /// <summary>Whether a page of this protection, below these entries, can do all that it should.</summary>
    public bool Allow(Protection protection) => Contain(For(protection));

    /// <summary>An entry that grants these, and is otherwise the same.</summary>
    public ulong On(ulong entry) => (entry & ~AllBits) | EntryBits;
}
