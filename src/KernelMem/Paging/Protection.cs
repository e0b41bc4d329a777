using System;
using System.Diagnostics;

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
    private Protection(PageAccess access, bool user, CacheType cache)
    {
        Access = access;
        IsUser = user;
        Cache = cache;
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
    public PageAccess Access { get; }

    /// <summary>Whether user mode may do it too.</summary>
    public bool IsUser { get; }

    /// <summary>How the page is cached.</summary>
    public CacheType Cache { get; }

    /// <summary>Whether the page may be read.</summary>
    public bool IsReadable => (Access & PageAccess.Read) != PageAccess.None;

    /// <summary>Whether the page may be written.</summary>
    public bool IsWritable => (Access & PageAccess.Write) != PageAccess.None;

    /// <summary>Whether instructions may be fetched from the page.</summary>
    public bool IsExecutable => (Access & PageAccess.Execute) != PageAccess.None;

    /// <summary>Whether the processor can grant exactly this: some access, and reading along with any other.</summary>
    public bool IsMappable => IsReadable && Access <= (PageAccess.Read | PageAccess.Write | PageAccess.Execute) && IsKnown(Cache);

    /// <summary>A protection of one's own.</summary>
    /// <param name="access">What may be done.</param>
    /// <param name="user">Whether user mode may do it too.</param>
    /// <param name="cache">How the page is cached.</param>
    public static Protection Create(PageAccess access, bool user = false, CacheType cache = CacheType.WriteBack) => new(access, user, cache);

    /// <summary>The same, with another use.</summary>
    public Protection WithAccess(PageAccess access) => new(access, IsUser, Cache);

    /// <summary>The same, cached in another way.</summary>
    public Protection WithCache(CacheType cache) => new(Access, IsUser, cache);

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(Protection left, Protection right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Protection left, Protection right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Protection other) => Access == other.Access && IsUser == other.IsUser && Cache == other.Cache;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Protection other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Access | (IsUser ? 8 : 0) | ((int)Cache << 4);

    private static bool IsKnown(CacheType cache) => cache is CacheType.WriteBack or CacheType.WriteThrough or CacheType.Uncacheable;
}
