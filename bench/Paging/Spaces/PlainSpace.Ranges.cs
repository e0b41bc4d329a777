using System.Runtime.CompilerServices;
using KernelMem.Addresses;

namespace Benchmarks;

/// <content>Ranges: whole tables, one after the other. About the least that can be done.</content>
internal readonly unsafe partial struct PlainSpace<TKind>
    where TKind : unmanaged, IPlainKind
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool MapRange(in Work work, bool tracked)
    {
        for (uint i = 0; i < work.Pages; i += Entries)
        {
            ulong address = work.Virtual + (i * Size4KiB.Bytes);
            ulong* place = PlaceOf(address);
            bool isNew = (*place & Present) == 0;
            ulong physical = isNew ? TakeTable() : *place & AddressBits;
            ulong* table = (ulong*)(_state->Zero + physical);
            if (!isNew && !IsEmpty(table))
                return false;
            ulong entry = (work.Physical + (i * Size4KiB.Bytes)) | Present | Writable | NoExecute;
            for (uint index = 0; index < Entries; index++)
            {
                table[index] = entry;
                entry += Size4KiB.Bytes;
            }

            if (isNew)
                *place = physical | Present | Writable;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool ProtectRange(in Work work, bool tracked)
    {
        for (uint i = 0; i < work.Pages; i += Entries)
        {
            ulong* table = (ulong*)(_state->Zero + (*PlaceOf(work.Virtual + (i * Size4KiB.Bytes)) & AddressBits));
            for (uint index = 0; index < Entries; index++)
            {
                if ((table[index] & Present) != 0)
                    table[index] &= ~Writable;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool UnmapRange(in Work work, ref Recorder recorder, int channel)
    {
        for (uint i = 0; i < work.Pages; i += Entries)
            *PlaceOf(work.Virtual + (i * Size4KiB.Bytes)) &= ~Present;
        recorder.End(channel, work.Pages);
        ulong count = 0;
        for (uint i = 0; i < work.Pages; i += Entries)
        {
            ulong* place = PlaceOf(work.Virtual + (i * Size4KiB.Bytes));
            ulong* table = (ulong*)(_state->Zero + (*place & AddressBits));
            for (uint index = 0; index < Entries; index++)
                count += table[index] & Present;
            *place = 0;
        }

        return count == work.Pages;
    }

    private static bool IsEmpty(ulong* table)
    {
        ulong any = 0;
        for (uint index = 0; index < Entries; index++)
            any |= table[index];
        return any == 0;
    }

    // The place, in the third table, of the entry that references the last.
    private ulong* PlaceOf(ulong address)
    {
        const int PlaceShift = 21;
        ulong* table = (ulong*)_state->Start;
        for (int shift = RootShift; ; shift -= IndexBits)
        {
            ulong* place = table + ((address >> shift) & (Entries - 1));
            if (shift == PlaceShift)
                return place;
            if ((*place & Present) == 0)
                *place = MakeTable() | Present | Writable;
            table = (ulong*)(_state->Zero + (*place & AddressBits));
        }
    }
}
