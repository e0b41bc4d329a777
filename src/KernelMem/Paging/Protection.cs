using System;
using System.Diagnostics;
using KernelMem.Failures;

namespace KernelMem.Paging;

/// <summary>
/// What a page is for, apart from the bits that say so: who may do what with it, and how it is cached. <c>default</c> is a page
/// nobody may touch.
/// </summary>
/// <remarks>
/// It can say "writable and executable"; the library refuses to map that (<see cref="MapError.WritableAndExecutable"/>).
/// </remarks>
[DebuggerDisplay("{Access} user: {IsUser} {Cache}")]
public readonly struct Protection : IEquatable<Protection>
{
    /// <summary>The greatest protection key: there are sixteen.</summary>
    public const int MaxKey = 15;

    private const uint AccessBits = 0xF;
    private const uint UserBit = 1u << 4;
    private const uint GlobalBit = 1u << 5;
    private const uint EncryptedBit = 1u << 6;
    private const uint TrackedBit = 1u << 7;
    private const int CacheShift = 8;
    private const int KeyShift = 16;

    private readonly uint _bits;

    private Protection(uint bits) => _bits = bits;

    private Protection(PageAccess access, bool user, CacheType cache)
        : this(((uint)access & AccessBits) | (user ? UserBit | TrackedBit : 0) | ((uint)cache << CacheShift))
    {
    }

    /// <summary>The kernel's code: read and execute.</summary>
    public static Protection KernelCode => new(PageAccess.Read | PageAccess.Execute, user: false, CacheType.WriteBack);

    /// <summary>The kernel's data: read and write.</summary>
    public static Protection KernelData => new(PageAccess.Read | PageAccess.Write, user: false, CacheType.WriteBack);

    /// <summary>The kernel's constants: read.</summary>
    public static Protection KernelReadOnly => new(PageAccess.Read, user: false, CacheType.WriteBack);

    /// <summary>A program's code: read and execute, in user mode too.</summary>
    public static Protection UserCode => new(PageAccess.Read | PageAccess.Execute, user: true, CacheType.WriteBack);

    /// <summary>A program's data: read and write, in user mode too.</summary>
    public static Protection UserData => new(PageAccess.Read | PageAccess.Write, user: true, CacheType.WriteBack);

    /// <summary>A program's constants: read, in user mode too.</summary>
    public static Protection UserReadOnly => new(PageAccess.Read, user: true, CacheType.WriteBack);

    /// <summary>The registers of a device: read and write for the kernel, uncacheable.</summary>
    public static Protection DeviceMemory => new(PageAccess.Read | PageAccess.Write, user: false, CacheType.Uncacheable);

    /// <summary>A guard: nobody may touch it.</summary>
    public static Protection NoAccess => default;

    /// <summary>What may be done with the page.</summary>
    public PageAccess Access => (PageAccess)(_bits & AccessBits);

    /// <summary>Whether user mode may do it too.</summary>
    public bool IsUser => (_bits & UserBit) != 0;

    /// <summary>How the page is cached.</summary>
    public CacheType Cache => (CacheType)(byte)(_bits >> CacheShift);

    /// <summary>
    /// Whether the translation is the same in every address space, so that CPUs may keep it when they change to another (the G bit; it
    /// does nothing while CR4.PGE is off). For kernel pages only.
    /// </summary>
    public bool IsGlobal => (_bits & GlobalBit) != 0;

    /// <summary>The protection key, 0 to 15: what the PKRU register of a thread may forbid in addition. Other than 0 for user pages only.</summary>
    public int Key => (int)(_bits >> KeyShift);

    /// <summary>Whether the page's memory is encrypted, where the processor can do that (<see cref="EntryFormat.HasEncryption"/>).</summary>
    public bool IsEncrypted => (_bits & EncryptedBit) != 0;

    /// <summary>
    /// Whether it matters if the page was accessed or written: unless told otherwise, for user pages. A page without tracking is mapped as
    /// accessed and dirty, so that the processor never has to write its entry.
    /// </summary>
    public bool IsTracked => (_bits & TrackedBit) != 0;

    /// <summary>Whether the page may be read.</summary>
    public bool IsReadable => (Access & PageAccess.Read) != PageAccess.None;

    /// <summary>Whether the page may be written.</summary>
    public bool IsWritable => (Access & PageAccess.Write) != PageAccess.None;

    /// <summary>Whether instructions may be fetched from the page.</summary>
    public bool IsExecutable => (Access & PageAccess.Execute) != PageAccess.None;

    /// <summary>
    /// Whether the processor can grant exactly this: some access, and reading along with any other; global for kernel pages, a key other
    /// than 0 for user pages.
    /// </summary>
    public bool IsMappable =>
        IsReadable
        && Access <= (PageAccess.Read | PageAccess.Write | PageAccess.Execute)
        && IsKnown(Cache)
        && (IsUser ? !IsGlobal : Key == 0);

    /// <summary>A protection of one's own.</summary>
    /// <param name="access">What may be done.</param>
    /// <param name="user">Whether user mode may do it too.</param>
    /// <param name="cache">How the page is cached.</param>
    public static Protection Create(PageAccess access, bool user = false, CacheType cache = CacheType.WriteBack) => new(access, user, cache);

    /// <summary>The same, with another use.</summary>
    public Protection WithAccess(PageAccess access) => new((_bits & ~AccessBits) | ((uint)access & AccessBits));

    /// <summary>The same, cached in another way.</summary>
    public Protection WithCache(CacheType cache) => new((_bits & ~(0xFFu << CacheShift)) | ((uint)cache << CacheShift));

    /// <summary>The same, kept across address spaces or not.</summary>
    public Protection WithGlobal(bool global) => With(GlobalBit, global);

    /// <summary>The same, under another protection key. Panics unless that is 0 to 15.</summary>
    public Protection WithKey(int key)
    {
        Panic.Assert(key is >= 0 and <= MaxKey, "Protection: a key is one of 0 to 15");
        return new Protection((_bits & ~(uint.MaxValue << KeyShift)) | ((uint)key << KeyShift));
    }

    /// <summary>The same, encrypted or not.</summary>
    public Protection WithEncryption(bool encrypted) => With(EncryptedBit, encrypted);

    /// <summary>The same, with the accessed and dirty bits of interest or not.</summary>
    public Protection WithTracking(bool tracked) => With(TrackedBit, tracked);

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(Protection left, Protection right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Protection left, Protection right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Protection other) => _bits == other._bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Protection other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_bits;

    private Protection With(uint bit, bool value) => new(value ? _bits | bit : _bits & ~bit);

    private static bool IsKnown(CacheType cache) => cache <= CacheType.WriteCombining && cache != (CacheType)2;
}
