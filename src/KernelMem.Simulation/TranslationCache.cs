using System.Collections.Generic;
using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>
/// A TLB as unkind as the manual allows (Intel SDM Vol. 3A §4.10.2): of unlimited size, it forgets nothing by itself.
/// </summary>
internal sealed class TranslationCache
{
    private static readonly ulong[] PageSizes = [1UL << 12, 1UL << 21, 1UL << 30];

    private readonly Dictionary<(ulong Start, ulong Bytes), SimulatedTranslation> _pages = [];

    public int Count => _pages.Count;

    public bool TryFind(VirtAddr address, out SimulatedTranslation translation)
    {
        foreach (ulong bytes in PageSizes)
        {
            ulong offset = address.Value & (bytes - 1);
            if (_pages.TryGetValue((address.Value - offset, bytes), out SimulatedTranslation page))
            {
                translation = page with { Address = PhysAddr.CreateUnchecked(page.Address.Value + offset) };
                return true;
            }
        }

        translation = default;
        return false;
    }

    public void Add(VirtAddr address, SimulatedTranslation translation)
    {
        ulong offset = address.Value & (translation.PageBytes - 1);
        PhysAddr start = PhysAddr.CreateUnchecked(translation.Address.Value - offset);
        _pages[(address.Value - offset, translation.PageBytes)] = translation with { Address = start };
    }

    /// <summary>Forgets the pages of every size that hold an address, global ones too.</summary>
    public void Drop(VirtAddr address)
    {
        foreach (ulong bytes in PageSizes)
            _pages.Remove((address.Value & ~(bytes - 1), bytes));
    }

    public void DropNonGlobal()
    {
        foreach (((ulong, ulong) page, SimulatedTranslation translation) in _pages)
        {
            if (!translation.IsGlobal)
                _pages.Remove(page); // allowed while enumerating since .NET Core 3.0
        }
    }

    public void DropAll() => _pages.Clear();
}
