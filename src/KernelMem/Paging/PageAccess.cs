using System;
using KernelMem.Annotations;

namespace KernelMem.Paging;

/// <summary>What a page may be used for.</summary>
[Flags]
public enum PageAccess : byte
{
    /// <summary>Nothing: a guard page. Such a page is never mapped.</summary>
    None = 0,

    /// <summary>Reads.</summary>
    Read = 1,

    /// <summary>Writes. x86-64 has no page that can be written but not read.</summary>
    [GrantsWrite]
    Write = 2,

    /// <summary>Instruction fetches. Without protection keys, x86-64 has no page that can be executed but not read.</summary>
    [GrantsExecute]
    Execute = 4,
}
