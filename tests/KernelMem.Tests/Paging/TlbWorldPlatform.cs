using System.Collections.Concurrent;
using System.Threading;
using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Paging;

/// <summary>The CPUs of a <see cref="TlbWorld"/>, by a handle.</summary>
internal readonly unsafe struct TlbWorldPlatform(int handle) : IPlatform
{
    private const ulong GlobalPages = 1UL << 7;
    private const ulong ContextIdentifiers = 1UL << 17;

    private static readonly ConcurrentDictionary<int, TlbWorld> Worlds = [];
    private static int s_last;

    public CpuId CurrentCpu => new(World.Current);

    public int CpuCount => World.Cpus.Length;

    public int CpuLimit => World.Cpus.Length;

    public bool CanFenceRemotely => false;

    private TlbWorld World => Worlds[handle];

    private TlbWorldCpu Own => World.Cpus[World.Current];

    private bool HasIdentifiers => World.Features.HasFlag(TlbFeatures.Identifiers);

    public static int Register(TlbWorld world)
    {
        int handle = Interlocked.Increment(ref s_last);
        Worlds[handle] = world;
        return handle;
    }

    public static void Remove(int handle) => Worlds.TryRemove(handle, out _);

    public InterruptState SaveInterrupts()
    {
        bool before = Own.InterruptsEnabled;
        Own.InterruptsEnabled = false;
        return before ? InterruptState.Enabled : InterruptState.Disabled;
    }

    public void RestoreInterrupts(InterruptState state) => Own.InterruptsEnabled |= state.WereEnabled;

    public void Pause() => Assert.Fail("every CPU answers at once, so nobody waits");

    public void FenceRemotely() => Assert.Fail("nobody is fenced here");

    public void InvalidatePage(VirtAddr address)
    {
        int page = TlbWorld.PageAt(address);
        Own.Global.Remove(page);
        Own.Pages.Remove((Own.Identifier, page));
        Own.DropTables(Own.Identifier);
    }

    public PageTableRoot ReadPageTableRoot() => PageTableRoot.Create(Frame.FromNumber((ulong)Own.Root + 1), (ushort)Own.Identifier);

    public void WritePageTableRoot(PageTableRoot root)
    {
        Assert.IsTrue(HasIdentifiers || (root.Pcid == 0 && !root.KeepsTranslations), "identifiers are off");
        Own.Root = (int)root.Table.Number - 1;
        Own.Identifier = root.Pcid;
        if (!root.KeepsTranslations)
            Own.Drop(root.Pcid);
    }

    public void InvalidateContext(InvalidationKind kind, ushort pcid, VirtAddr address)
    {
        Assert.IsTrue(HasIdentifiers, "there is no INVPCID");
        Assert.AreEqual(InvalidationKind.AllWithGlobals, kind, "others are not used");
        Own.DropAll();
    }

    public void FlushCaches() => Assert.Fail("not the shootdown's business");

    public ulong ReadCr0() => 0;

    public void WriteCr0(ulong value) => Assert.Fail("not the shootdown's business");

    public ulong ReadCr4() => (Own.GlobalPages && World.Features.HasFlag(TlbFeatures.Global) ? GlobalPages : 0) | (HasIdentifiers ? ContextIdentifiers : 0);

    public void WriteCr4(ulong value)
    {
        Assert.AreEqual(HasIdentifiers, (value & ContextIdentifiers) != 0);
        bool global = (value & GlobalPages) != 0;
        if (global != Own.GlobalPages)
            Own.DropAll();
        Own.GlobalPages = global;
    }

    public uint ReadPkru() => 0;

    public void WritePkru(uint value) => Assert.Fail("not the shootdown's business");

    public CpuIdLeaf ReadCpuId(uint leaf, uint subleaf) => leaf switch
    {
        0 => new CpuIdLeaf(7, 0, 0, 0),
        7 when HasIdentifiers => new CpuIdLeaf(0, ebx: 1 << 10, 0, 0),
        _ => default,
    };

    /// <summary>The other CPU takes it at once: it has interrupts on whenever this one executes.</summary>
    public void SendInterrupt(CpuId target, byte vector)
    {
        Assert.AreEqual(0x41, vector);
        TlbWorld world = World;
        world.Cpus[target.Value].Interrupts++;
        world.On(target.Value, world.Tlb.HandleInterrupt);
    }

    public ulong CopyUser(void* destination, void* source, ulong length) => length;

    public void ClearMemory(void* address, ulong length) => Assert.Fail("not the shootdown's business");

    public void CopyMemory(void* destination, void* source, ulong length) => Assert.Fail("not the shootdown's business");

    public ulong ReadMsr(uint register) => 0;

    public void WriteMsr(uint register, ulong value) => Assert.Fail("not the shootdown's business");

    public ulong ReadTimeStamp() => 0;
}
