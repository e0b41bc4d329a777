using System;

namespace Benchmarks;

/// <summary>The ways to change page tables that are on the bench.</summary>
internal enum Column
{
    Plain,
    Locked,
    Exclusive,
    Cursor,
    Mapper,
    MapperMasking,
    Erring,
}

/// <summary>What belongs to each.</summary>
internal static unsafe class Columns
{
    /// <summary>How many are measured. The last of all is not: it is wrong.</summary>
    public const int Count = (int)Column.Erring;

    public static ReadOnlySpan<byte> Name(Column column) => column switch
    {
        Column.Plain => "plain"u8,
        Column.Locked => "plain, spin lock"u8,
        Column.Exclusive => "KernelMem, exclusive cursor"u8,
        Column.Cursor => "one cursor"u8,
        Column.Mapper => "every page by the mapper"u8,
        Column.MapperMasking => "the same, IRQ"u8,
        _ => "the mapper that errs"u8,
    };

    public static bool IsLibrary(Column column) => column is not (Column.Plain or Column.Locked);

    /// <summary>Whether the column does a workload. Ranges are the same by the mapper as by a cursor.</summary>
    public static bool Does(Column column, Workload workload, int threads)
    {
        bool isRange = workload == Workload.Ranges;
        bool isForThreads = threads == 1 || (column is not (Column.Plain or Column.Exclusive) && workload != Workload.Large);
        return isForThreads && (!isRange || column is Column.Plain or Column.Exclusive or Column.Cursor);
    }

    /// <summary>Runs a workload; see <see cref="Runner{TSpace}.Run"/>.</summary>
    public static bool Run(Column column, ref Arena arena, Workload workload, Setup setup, Recorder* recorders) => column switch
    {
        Column.Plain => Runner<PlainSpace<Unlocked>>.Run(ref arena, workload, setup, recorders),
        Column.Locked => Runner<PlainSpace<SpinLocked>>.Run(ref arena, workload, setup, recorders),
        Column.Exclusive => Runner<LibrarySpace<ExclusiveCursor, Plain>>.Run(ref arena, workload, setup, recorders),
        Column.Cursor => Runner<LibrarySpace<SharedCursor, Plain>>.Run(ref arena, workload, setup, recorders),
        Column.Mapper => Runner<LibrarySpace<EveryPage, Plain>>.Run(ref arena, workload, setup, recorders),
        Column.MapperMasking => Runner<LibrarySpace<EveryPage, Masking>>.Run(ref arena, workload, setup, recorders),
        _ => Runner<PlainSpace<Erring>>.Run(ref arena, workload, setup, recorders),
    };
}
