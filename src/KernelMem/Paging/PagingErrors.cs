namespace KernelMem.Paging;

/// <summary>A sentence for each error of this floor: literals, ready to print or to panic with.</summary>
public static class PagingErrors
{
    /// <summary>Why a page was not mapped, unmapped or changed.</summary>
    public static string Message(MapError error) => error switch
    {
        MapError.None => "paging: no error",
        MapError.NotCanonical => "paging: the page is not canonical in this paging mode",
        MapError.Misaligned => "paging: the range is not one of whole pages",
        MapError.InvalidProtection => "paging: the processor cannot grant this protection",
        MapError.WritableAndExecutable => "paging: writable and executable at once",
        MapError.KernelPageInUserRange => "paging: a kernel page in the user range",
        MapError.UserPageOutsideUserRange => "paging: a user page outside the user range",
        MapError.NullGuard => "paging: the page is in the null guard",
        MapError.OutsideLayout => "paging: the layout has no use for the address",
        MapError.SharedKernelRange => "paging: the kernel's tables are changed through the kernel's address space only",
        MapError.TopLevelSealed => "paging: the kernel's part of the root table is sealed",
        MapError.AlreadyMapped => "paging: the page is mapped already",
        MapError.CoveredByLargePage => "paging: the address lies in a larger page",
        MapError.TableInTheWay => "paging: a table is in the place of the large page",
        MapError.NotUniform => "paging: the small pages do not make up a large one",
        MapError.NotMapped => "paging: the page is not mapped",
        MapError.ParentForbids => "paging: an upper-level entry forbids it",
        MapError.Unreadable => "paging: a table outside the direct map, or a damaged entry",
        MapError.FlushPending => "paging: what was there is unmapped, and its flush is owed",
        MapError.TooManyPending => "paging: too many unmapped ranges are not flushed",
        MapError.NotSupported => "paging: the processor lacks it, or it is not turned on",
        MapError.OutOfMemory => "paging: no frame for a table",
        MapError.BadMetadata => "paging: the metadata buffer is missing, misaligned or too small",
        MapError.NoExecuteIsOff => "paging: no-execute pages are off",
        _ => "paging: unknown error",
    };
}
