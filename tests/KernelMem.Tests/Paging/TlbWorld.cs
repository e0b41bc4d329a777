using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Paging;

/// <summary>What the CPUs of a <see cref="TlbWorld"/> have.</summary>
[Flags]
public enum TlbFeatures
{
    None = 0,
    Global = 1,
    Identifiers = 2,
}

/// <summary>
/// CPUs whose translation caches forget nothing that they are not told to, and tables of two levels, for the TLB shootdown alone: a root
/// has one table for programs' pages, and all share the kernel's. What a table holds is the number of a frame. Written from Intel SDM
/// Vol. 3A §4.10; nothing of it uses the library's paging code.
/// </summary>
internal sealed unsafe class TlbWorld : IDisposable
{
    public const int Kernel = 0;

    private readonly byte* _metadata;
    private readonly TlbContext* _contexts;
    private readonly Dictionary<int, int> _tables = []; // of a root
    private readonly Dictionary<(int Table, int Page), int> _frames = [];
    private readonly HashSet<int> _freedTables = [];
    private int _numbers = 100;

    public TlbWorld(int cpus, int spaces, TlbFeatures features, bool kernelIsGlobal = false, bool join = true)
    {
        Features = features;
        KernelIsGlobal = kernelIsGlobal;
        Cpus = [.. Enumerable.Range(0, cpus).Select(number => new TlbWorldCpu(number))];
        Handle = TlbWorldPlatform.Register(this);
        _contexts = (TlbContext*)NativeMemory.AllocZeroed((nuint)spaces + 1, (nuint)sizeof(TlbContext));
        for (int root = 0; root <= spaces; root++)
            _tables[root] = ++_numbers;
        ulong bytes = TlbShootdown<TlbWorldPlatform>.MetadataSize(cpus);
        _metadata = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        Tlb = TlbShootdown<TlbWorldPlatform>.Create(Platform, 0x41, _metadata, bytes).Value;

        if (kernelIsGlobal)
            Tlb.SetKernelPagesGlobal(AddressLayout.Standard);
        for (int cpu = 0; join && cpu < cpus; cpu++)
            On(cpu, Tlb.Join);
    }

    public TlbFeatures Features { get; }

    /// <summary>Whether the entries of the kernel's pages have G set.</summary>
    public bool KernelIsGlobal { get; }

    public TlbWorldCpu[] Cpus { get; }

    /// <summary>The CPU that executes.</summary>
    public int Current { get; private set; }

    public int Handle { get; }

    public TlbWorldPlatform Platform => new(Handle);

    public TlbShootdown<TlbWorldPlatform> Tlb { get; }

    public static VirtAddr AddressOf(int page) =>
        (IsKernelPage(page) ? AddressLayout.KernelHalf.Start : VirtAddr.Zero) + ((ulong)(page + 1) << 12);

    public static int PageAt(VirtAddr address) => (int)((address.Value & (AddressLayout.KernelHalf.Length - 1)) >> 12) - 1;

    /// <summary>The first page of the kernel's part; lower ones are the spaces', and the kernel's own root's: identity mappings.</summary>
    public static bool IsKernelPage(int page) => page >= 64;

    public TlbContext* Context(int space) => space == Kernel ? null : _contexts + space;

    public void On(int cpu, Action body)
    {
        (int before, Current) = (Current, cpu);
        body();
        Current = before;
    }

    public void Activate(int cpu, int space) =>
        On(cpu, () => Tlb.Activate(Context(space), PageTableRoot.Create(Frame.FromNumber((ulong)space + 1))));

    /// <summary>What a CPU makes of a page: what it remembers, or else what a walk gives, and that it remembers.</summary>
    public int Use(int cpu, int page)
    {
        TlbWorldCpu state = Cpus[cpu];
        if (state.Global.TryGetValue(page, out int frame) || state.Pages.TryGetValue((state.Identifier, page), out frame))
            return frame;

        // The kernel's table hangs in every root. Upper-level entries are never global.
        int owner = IsKernelPage(page) ? Kernel : state.Root;
        if (!state.Tables.TryGetValue((state.Identifier, IsKernelPage(page)), out int table))
            state.Tables[(state.Identifier, IsKernelPage(page))] = table = _tables[owner];
        Assert.IsFalse(_freedTables.Contains(table), $"CPU {cpu} walked a table that was freed");
        frame = _frames.GetValueOrDefault((table, page));
        if (frame == 0)
            _frames[(table, page)] = frame = ++_numbers;
        if (IsKernelPage(page) && KernelIsGlobal && state.GlobalPages)
            state.Global[page] = frame;
        else
            state.Pages[(state.Identifier, page)] = frame;
        return frame;
    }

    /// <summary>What the tables say of a page now.</summary>
    public int Truth(int space, int page)
    {
        int table = _tables[IsKernelPage(page) ? Kernel : space];
        if (!_frames.TryGetValue((table, page), out int frame))
            _frames[(table, page)] = frame = ++_numbers;
        return frame;
    }

    /// <summary>Another frame for a page.</summary>
    public void Change(int space, int page) => _frames[(_tables[IsKernelPage(page) ? Kernel : space], page)] = ++_numbers;

    /// <summary>Another table for a space, empty; the returned one may be freed (<see cref="Free"/>) when no CPU walks it any more.</summary>
    public int ReplaceTable(int space)
    {
        int old = _tables[space];
        _tables[space] = ++_numbers;
        return old;
    }

    public void Free(int table) => _freedTables.Add(table);

    public void Flush(int space, bool tablesFreed, params int[] pages)
    {
        VirtAddr* list = stackalloc VirtAddr[Math.Max(pages.Length, 1)];
        for (int i = 0; i < pages.Length; i++)
            list[i] = AddressOf(pages[i]);
        Tlb.Flush(Context(space), list, pages.Length, tablesFreed);
    }

    /// <summary>The space ends, and another begins in the same place.</summary>
    public void Renew(int space)
    {
        *Context(space) = default;
        Free(ReplaceTable(space));
    }

    public void Dispose()
    {
        TlbWorldPlatform.Remove(Handle);
        NativeMemory.Free(_contexts);
        NativeMemory.AlignedFree(_metadata);
    }
}

/// <summary>A CPU of a <see cref="TlbWorld"/>.</summary>
internal sealed class TlbWorldCpu(int number)
{
    public int Number { get; } = number;

    public bool InterruptsEnabled { get; set; } = true;

    public bool GlobalPages { get; set; } = true;

    public int Root { get; set; }

    public int Identifier { get; set; }

    public int Interrupts { get; set; }

    public Dictionary<int, int> Global { get; } = [];

    public Dictionary<(int Identifier, int Page), int> Pages { get; } = [];

    public Dictionary<(int Identifier, bool Kernel), int> Tables { get; } = [];

    public void Drop(int identifier)
    {
        foreach ((int, int) key in Pages.Keys.Where(key => key.Identifier == identifier).ToList())
            Pages.Remove(key);
        DropTables(identifier);
    }

    public void DropTables(int identifier)
    {
        Tables.Remove((identifier, true));
        Tables.Remove((identifier, false));
    }

    public void DropAll()
    {
        Global.Clear();
        Pages.Clear();
        Tables.Clear();
    }
}
