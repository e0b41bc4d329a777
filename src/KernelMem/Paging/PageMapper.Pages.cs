using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Paging;

/// <content>Single pages.</content>
public readonly unsafe partial struct PageMapper<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <inheritdoc cref="PageCursor{TPlatform}.Map{TSize}"/>
    public Result<MapFailure> Map<TSize>(Page<TSize> page, Frame<TSize> frame, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<MapFailure> result = cursor.Map(page, frame, protection);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.Unmap{TSize}"/>
    public Result<Unmapped<TSize>, MapFailure> Unmap<TSize>(Page<TSize> page)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<Unmapped<TSize>, MapFailure> result = cursor.Unmap(page);
        cursor.Close();
        return result;
    }

    /// <inheritdoc cref="PageCursor{TPlatform}.Protect{TSize}"/>
    public Result<PendingFlush, MapFailure> Protect<TSize>(Page<TSize> page, Protection protection)
        where TSize : unmanaged, IPageSize
    {
        PageCursor<TPlatform> cursor = Open();
        Result<PendingFlush, MapFailure> result = cursor.Protect(page, protection);
        cursor.Close();
        return result;
    }

    /// <summary>Where an address leads.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="translation">Where to, and what may be done there.</param>
    /// <returns>False when no page is mapped there. (An address that is not canonical never is.)</returns>
    public bool TryTranslate(VirtAddr address, out Translation translation)
    {
        translation = default;
        if (!address.IsCanonical(_state->Tree.Width))
            return false;

        // With interrupts on, this CPU could answer a flush midway, and the table be freed under its feet.
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        bool mapped = _state->Tree.TryTranslate(address.Value, out translation);
        _state->Platform.RestoreInterrupts(interrupts);
        return mapped;
    }

    /// <summary>
    /// The level of the entry that decides about an address: the one that maps it, or the one that is absent. All of that entry's span
    /// shares its fate.
    /// </summary>
    internal PageTableLevel LevelAt(VirtAddr address, out bool mapped)
    {
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        _state->Tree.Descend(address.Value, PageTableLevel.Pt, out Descent at);
        _state->Platform.RestoreInterrupts(interrupts);
        mapped = at.Error == MapError.None && at.Kind == EntryKind.Page;
        return at.Level;
    }

    /// <summary>
    /// Whether the entries above a page let a protection through; where no page is mapped, nothing stands in the way. False in adopted
    /// tables only: our own let everything through.
    /// </summary>
    internal bool ParentsAllow(VirtAddr address, Protection protection, out PageTableLevel level)
    {
        InterruptState interrupts = _state->Platform.SaveInterrupts();
        _state->Tree.Descend(address.Value, PageTableLevel.Pt, out Descent at);
        _state->Platform.RestoreInterrupts(interrupts);
        level = at.Level;
        return at.Kind != EntryKind.Page || at.Rights.Allow(protection);
    }
}
