using System;
using System.Runtime.CompilerServices;

namespace KernelMem.Interleavings.Tests.Exploring;

/// <summary>A store that has not reached memory.</summary>
/// <param name="Number">Counts the stores of a CPU.</param>
/// <param name="Address">Where.</param>
/// <param name="Size">1 to 8 bytes.</param>
/// <param name="Value">What, in the low bytes.</param>
/// <param name="Hash">Stands for the store and all that its CPU did before.</param>
internal readonly record struct BufferedStore(uint Number, nuint Address, int Size, ulong Value, ulong Hash)
{
    public bool Overlaps(nuint address, int size) => address < Address + (nuint)Size && Address < address + (nuint)size;
}

/// <summary>The stores of a CPU on their way to memory, first in, first out.</summary>
internal sealed unsafe class StoreBuffer
{
    private BufferedStore[] _stores = new BufferedStore[16];
    private ulong[] _hidden = new ulong[16];
    private uint _first;
    private uint _end;

    public bool IsEmpty => _first == _end;

    public BufferedStore Oldest => _stores[_first % _stores.Length];

    public void Clear() => _first = _end = 0;

    public void Add(nuint address, int size, ulong value, ulong hash)
    {
        if (_end - _first == _stores.Length)
            Enlarge();

        _stores[_end % _stores.Length] = new BufferedStore(_end, address, size, value, hash);
        _end++;
    }

    public void RemoveOldest() => _first++;

    /// <summary>The oldest store to any of these bytes.</summary>
    public bool TryFindFirst(nuint address, int size, out uint number)
    {
        for (number = _first; number != _end; number++)
        {
            if (_stores[number % _stores.Length].Overlaps(address, size))
                return true;
        }

        return false;
    }

    /// <summary>The oldest store to a granule of eight bytes.</summary>
    public bool TryFindFirst(nuint granule, out uint number) => TryFindFirst(granule << 3, 8, out number);

    /// <summary>
    /// What the CPU itself reads: its newest stores, byte by byte, over what memory holds. (SmpBoot may wait instead when a read needs
    /// bytes of both; that is the case in which the store reached memory before.)
    /// </summary>
    /// <returns>Whether all bytes are from the buffer.</returns>
    public bool Forward(nuint address, int size, ref ulong value)
    {
        uint covered = 0;
        for (uint number = _first; number != _end; number++)
        {
            ref readonly BufferedStore store = ref _stores[number % _stores.Length];
            if (!store.Overlaps(address, size))
                continue;

            for (int index = 0; index < size; index++)
            {
                nuint offset = address + (nuint)index - store.Address;
                if (offset >= (nuint)store.Size)
                    continue;

                ulong one = (store.Value >> ((int)offset * 8)) & 0xFF;
                value = (value & ~(0xFFUL << (index * 8))) | (one << (index * 8));
                covered |= 1U << index;
            }
        }

        return covered == (1U << size) - 1;
    }

    /// <summary>
    /// Puts the stores into memory while code of the CPU runs, so that its plain reads see them, as they do on the processor.
    /// </summary>
    public void Show()
    {
        for (uint number = _first; number != _end; number++)
        {
            ref readonly BufferedStore store = ref _stores[number % _stores.Length];
            _hidden[number % _stores.Length] = Read(store);
            Write(store, store.Value);
        }
    }

    /// <summary>Undoes <see cref="Show"/>: memory is what other CPUs see again.</summary>
    /// <returns>False if the CPU has written there, past the seam, in the meantime.</returns>
    public bool Hide()
    {
        bool untouched = true;
        for (uint number = _end; number != _first;)
        {
            number--;
            ref readonly BufferedStore store = ref _stores[number % _stores.Length];
            untouched &= Read(store) == store.Value;
            Write(store, _hidden[number % _stores.Length]);
        }

        return untouched;
    }

    private static ulong Read(in BufferedStore store)
    {
        ulong bits = 0;
        Unsafe.CopyBlockUnaligned(&bits, (void*)store.Address, (uint)store.Size);
        return bits;
    }

    private static void Write(in BufferedStore store, ulong bits) =>
        Unsafe.CopyBlockUnaligned((void*)store.Address, &bits, (uint)store.Size);

    /// <summary>Stands for the stores in it.</summary>
    public ulong HashOfContents()
    {
        ulong hash = 0;
        for (uint number = _first; number != _end; number++)
        {
            ref readonly BufferedStore store = ref _stores[number % _stores.Length];
            hash = Hash.Mix(Hash.Mix(hash, store.Address), store.Value);
        }

        return hash;
    }

    private void Enlarge()
    {
        BufferedStore[] larger = new BufferedStore[_stores.Length * 2];
        for (uint number = _first; number != _end; number++)
            larger[number % larger.Length] = _stores[number % _stores.Length];

        _stores = larger;
        _hidden = new ulong[larger.Length];
    }

    /// <summary>Whether any of the stores meets a condition.</summary>
    public bool Any(Func<nuint, bool> condition)
    {
        for (uint number = _first; number != _end; number++)
        {
            if (condition(_stores[number % _stores.Length].Address))
                return true;
        }

        return false;
    }
}
