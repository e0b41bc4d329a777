namespace KernelMem.Paging;

/// <summary>What the entries of a walk let through, taken together: a right counts if every level grants it (Intel SDM Vol. 3A §4.6.1).</summary>
internal readonly struct PathRights
{
    public PathRights(bool writable, bool user, bool executable)
    {
        Writable = writable;
        User = user;
        Executable = executable;
    }

    /// <summary>Before the first level: everything.</summary>
    public static PathRights All => new(writable: true, user: true, executable: true);

    public bool Writable { get; }

    public bool User { get; }

    public bool Executable { get; }

    public PathRights And(PathRights other) => new(Writable && other.Writable, User && other.User, Executable && other.Executable);

    /// <summary>Whether a page of this protection, below these entries, can do all that it should.</summary>
    public bool Allow(Protection protection) =>
        (Writable || !protection.IsWritable) && (User || !protection.IsUser) && (Executable || !protection.IsExecutable);
}
