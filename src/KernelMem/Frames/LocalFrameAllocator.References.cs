using KernelMem.Addresses;
using KernelMem.Failures;
using KernelMem.Platform;

namespace KernelMem.Frames;

/// <content>Blocks with several owners.</content>
public readonly unsafe ref partial struct LocalFrameAllocator<TPlatform>
    where TPlatform : unmanaged, IPlatform
{
    /// <inheritdoc cref="FrameAllocator{TPlatform}.AddReference"/>
    public Result<FrameError> AddReference(Frame start, FrameUse use)
    {
        if (start.Number >= _books->Table.Count)
            return FrameError.NotManaged;

        uint frame = (uint)start.Number;
        ref byte mark = ref _books->Table.Mark(frame);
        ref uint detail = ref _books->Table.Detail(frame);
        while (true)
        {
            byte seen = Atomic.Load(in mark);
            FrameError error = CheckFree(frame, seen, use, NoGeneration);
            if (error != FrameError.None)
                return error;

            // A single frame's mark begins to point to the table, so that a free looks there.
            if (!FrameMark.HasDetail(seen))
            {
                Atomic.TryCompareExchange(ref mark, seen, FrameMark.WithDetail(seen));
                continue;
            }

            uint old = Atomic.Load(in detail);
            uint references = FrameDetail.References(old);
            if (references == FrameDetail.MaxReferences)
                return FrameError.TooManyReferences;

            if (Atomic.TryCompareExchange(ref detail, old, FrameDetail.WithReferences(old, references + 1)))
                return Result<FrameError>.Success;
        }
    }

    /// <inheritdoc cref="FrameAllocator{TPlatform}.DropReference"/>
    public Result<bool, FrameError> DropReference(Frame start, FrameUse use)
    {
        if (start.Number >= _books->Table.Count)
            return FrameError.NotManaged;

        uint frame = (uint)start.Number;
        ref uint detail = ref _books->Table.Detail(frame);
        while (true)
        {
            byte seen = Atomic.Load(in _books->Table.Mark(frame));
            FrameError error = CheckFree(frame, seen, use, NoGeneration);
            if (error != FrameError.None)
                return error;

            uint old = FrameMark.HasDetail(seen) ? Atomic.Load(in detail) : 0;
            uint references = FrameDetail.References(old);
            if (references == 0)
            {
                error = FreeChecked(frame, use, NoGeneration);
                return error == FrameError.None ? true : error;
            }

            if (Atomic.TryCompareExchange(ref detail, old, FrameDetail.WithReferences(old, references - 1)))
                return false;
        }
    }
}
