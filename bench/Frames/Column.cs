using System;
using KernelMem.Frames;

namespace Benchmarks;

/// <summary>The allocators on the bench.</summary>
internal enum Column
{
    Null,
    Bitmap,
    Buddy,
    Owner,
    Frame,
    OwnerMasking,
    FrameMasking,
    OwnerFencing,
    View,
    NmiView,
    OwnerConstant,
}

/// <summary>What belongs to each. An allocator more is a struct, a member above, a name, and a line in <see cref="Run"/>.</summary>
internal static unsafe class Columns
{
    public const int Count = (int)Column.OwnerConstant + 1;

    public static ReadOnlySpan<byte> Name(Column column) => column switch
    {
        Column.Null => "null"u8,
        Column.Bitmap => "locked bitmap"u8,
        Column.Buddy => "locked buddy"u8,
        Column.Owner => "KernelMem"u8,
        Column.Frame => "bare frames"u8,
        Column.OwnerMasking => "KernelMem, IRQ"u8,
        Column.FrameMasking => "bare frames, IRQ"u8,
        Column.OwnerFencing => "KernelMem, fences"u8,
        Column.View => "CPU view"u8,
        Column.NmiView => "NMI view"u8,
        _ => "KernelMem, CPU 0"u8,
    };

    /// <summary>Whether the column is for two threads too. Not the views: they are entered for a whole run, and threads wait for each other in it.</summary>
    public static bool IsForThreads(Column column) => column is not (Column.Null or Column.OwnerConstant or Column.View or Column.NmiView);

    /// <summary>Runs a workload on the column's allocator; see <see cref="Runner{TAllocator, TToken}.Run"/>.</summary>
    public static bool Run(Column column, ref Arena arena, Workload workload, Setup setup, Recorder* recorders) => column switch
    {
        Column.Null => Runner<NullAllocator, uint>.Run(ref arena, workload, setup, recorders),
        Column.Bitmap => Runner<LockedBitmap, uint>.Run(ref arena, workload, setup, recorders),
        Column.Buddy => Runner<LockedBuddy, uint>.Run(ref arena, workload, setup, recorders),
        Column.Owner => Runner<LibraryByOwner<Plain>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.Frame => Runner<LibraryByFrame<Plain>, uint>.Run(ref arena, workload, setup, recorders),
        Column.OwnerMasking => Runner<LibraryByOwner<Masking>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.FrameMasking => Runner<LibraryByFrame<Masking>, uint>.Run(ref arena, workload, setup, recorders),
        Column.OwnerFencing => Runner<LibraryByOwner<Fencing>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.View => Runner<LibraryByView<MaskedEntry>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.NmiView => Runner<LibraryByView<NmiEntry>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        _ => Runner<LibraryByOwner<Constant>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
    };

    /// <summary>The same with every block watched.</summary>
    public static bool RunChecked(Column column, ref Arena arena, Workload workload, Setup setup, Recorder* recorders) => column switch
    {
        Column.Null => Runner<Checked<RoundRobin, uint>, uint>.Run(ref arena, workload, setup, recorders),
        Column.Bitmap => Runner<Checked<LockedBitmap, uint>, uint>.Run(ref arena, workload, setup, recorders),
        Column.Buddy => Runner<Checked<LockedBuddy, uint>, uint>.Run(ref arena, workload, setup, recorders),
        Column.Owner => Runner<Checked<LibraryByOwner<Plain>, OwnedFrame>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.Frame => Runner<Checked<LibraryByFrame<Plain>, uint>, uint>.Run(ref arena, workload, setup, recorders),
        Column.OwnerMasking => Runner<Checked<LibraryByOwner<Masking>, OwnedFrame>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.FrameMasking => Runner<Checked<LibraryByFrame<Masking>, uint>, uint>.Run(ref arena, workload, setup, recorders),
        Column.OwnerFencing => Runner<Checked<LibraryByOwner<Fencing>, OwnedFrame>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.View => Runner<Checked<LibraryByView<MaskedEntry>, OwnedFrame>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        Column.NmiView => Runner<Checked<LibraryByView<NmiEntry>, OwnedFrame>, OwnedFrame>.Run(ref arena, workload, setup, recorders),
        _ => true,
    };
}
