using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>
/// What each operation drops, and what it keeps, as the manual lists it (Intel SDM Vol. 3A §4.10.4.1). Two contexts hold translations and
/// upper entries of pages far from each other.
/// </summary>
/// <remarks>
/// Names: <c>1X</c> is the page X in the TLB under identifier 1, <c>1tX</c> its upper entries of all levels; G is a global page that was
/// cached under 1, H one that was cached under 2.
/// </remarks>
[TestClass]
public sealed class FlushTests : IDisposable
{
    private const ulong X = 0x1000_0000;
    private const ulong Y = 0x0000_4444_4444_0000;
    private const ulong G = 0xFFFF_8000_0000_0000;
    private const ulong H = 0xFFFF_FFFF_8000_0000;
    private const ulong KeepBit = 1UL << 63;
    private const ulong Pcide = 1UL << 17;
    private const ulong Smep = 1UL << 20;

    private const string All = "1X 1tX 1Y 1tY G 1tG 2X 2tX H 2tH";

    private readonly SimulatedMachine _machine = new(16 << 20, cpuCount: 2);

    private SimulatedCpu Cpu => _machine.Cpus[0];

    public void Dispose() => _machine.Dispose();

    private static readonly Dictionary<string, (int Current, Action<SimulatedCpu> Operation, string Kept)> Operations = new()
    {
        ["nothing"] = (1, _ => { }, All),
        ["INVLPG of a page"] = (1, cpu => cpu.InvalidatePage(At(X + 0xFFF)), "1Y G 2X 2tX H 2tH"),
        ["INVLPG of a page that is not cached"] = (1, cpu => cpu.InvalidatePage(At(X + 0x1000)), "1X 1Y G 2X 2tX H 2tH"),
        ["INVLPG of a global page"] = (1, cpu => cpu.InvalidatePage(At(G)), "1X 1Y 2X 2tX H 2tH"),
        ["INVLPG of a global page, in another context"] = (2, cpu => cpu.InvalidatePage(At(G)), "1X 1tX 1Y 1tY 1tG 2X H"),
        ["INVLPG of a page, in another context"] = (2, cpu => cpu.InvalidatePage(At(X)), "1X 1tX 1Y 1tY G 1tG H"),
        ["INVLPG in a context with nothing"] = (3, cpu => cpu.InvalidatePage(At(X)), All),
        ["INVLPG of no canonical address"] = (1, cpu => cpu.InvalidatePage(At(0x8000_0000_0000_0000)), All),

        ["INVPCID of an address"] = (1, cpu => cpu.InvalidateContext(0, 1, At(X)), "1Y 1tY G 1tG 2X 2tX H 2tH"),
        ["INVPCID of an address of another context"] = (1, cpu => cpu.InvalidateContext(0, 2, At(X)), "1X 1tX 1Y 1tY G 1tG H 2tH"),
        ["INVPCID of a global address"] = (1, cpu => cpu.InvalidateContext(0, 1, At(G)), "1X 1tX 1Y 1tY G 2X 2tX H 2tH"),
        ["INVPCID of a context"] = (2, cpu => cpu.InvalidateContext(1, 1, At(X)), "G 2X 2tX H 2tH"),
        ["INVPCID of everything"] = (1, cpu => cpu.InvalidateContext(2, 0, At(0)), ""),
        ["INVPCID of everything but global pages"] = (1, cpu => cpu.InvalidateContext(3, 0, At(0)), "G H"),

        ["MOV to CR3, same context"] = (1, cpu => cpu.Cr3 = Root | 1, "G 2X 2tX H 2tH"),
        ["MOV to CR3, other context"] = (1, cpu => cpu.Cr3 = Root | 2, "1X 1tX 1Y 1tY G 1tG H"),
        ["MOV to CR3, context with nothing"] = (1, cpu => cpu.Cr3 = Root | 3, All),
        ["MOV to CR3 with bit 63"] = (1, cpu => cpu.Cr3 = Root | 2 | KeepBit, All),
        ["MOV to CR3 with bit 63, same context"] = (1, cpu => cpu.Cr3 = Root | 1 | KeepBit, All),

        ["MOV to CR4, PGE off"] = (1, cpu => cpu.Cr4 &= ~0x80UL, ""),
        ["MOV to CR4, PCIDE off"] = (1, cpu => cpu.Cr4 &= ~Pcide, ""),
        ["MOV to CR4, LA57 on"] = (1, cpu => cpu.Cr4 |= 1UL << 12, ""),
        ["MOV to CR4, PAE off"] = (1, cpu => cpu.Cr4 &= ~0x20UL, "2X 2tX H 2tH"),
        ["MOV to CR4, SMEP on"] = (1, cpu => cpu.Cr4 |= Smep, "2X 2tX H 2tH"),
        ["MOV to CR4, SMEP on, other context"] = (2, cpu => cpu.Cr4 |= Smep, "1X 1tX 1Y 1tY G 1tG"),
        ["MOV to CR4, SMAP and PKE on"] = (1, cpu => cpu.Cr4 |= 3UL << 21, All),
        ["MOV to CR4, as it was"] = (1, cpu => cpu.Cr4 = cpu.Registers.Cr4, All),

        ["MOV to CR0, WP off"] = (1, cpu => cpu.Cr0 &= ~(1UL << 16), All),
        ["a page fault"] = (1, cpu => Fault(cpu, X), "1Y 1tY G 1tG 2X 2tX H 2tH"),
        ["a page fault at a global page"] = (1, cpu => Fault(cpu, G), "1X 1tX 1Y 1tY 2X 2tX H 2tH"),
        ["another CPU flushes"] = (1, cpu => cpu.Machine.Cpus[1].FlushAll(), All),
        ["everything is flushed"] = (1, cpu => cpu.FlushAll(), ""),
    };

    public static IEnumerable<object[]> Names => Operations.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void An_operation_drops_what_it_must_and_no_more(string name)
    {
        var tables = new Tables(_machine.Memory);
        tables.Map(X, 0x10_0000 | P | W);
        tables.Map(Y, 0x10_1000 | P | W);
        tables.Map(G, 0x10_2000 | P | W | Tables.G);
        tables.Map(H, 0x10_3000 | P | W | Tables.G);
        Cpu.Cr3 = Root;
        Cpu.Cr4 |= Pcide;
        Touch(1, X, Y, G);
        Touch(2, X, H);
        (int current, Action<SimulatedCpu> operation, string kept) = Operations[name];
        Cpu.Cr3 = Root | (ulong)current | KeepBit;
        Assert.AreEqual(All, Held(Cpu));
        operation(Cpu);
        Assert.AreEqual(kept, Held(Cpu));
        Assert.AreEqual(kept.Split(' ').Count(part => part.Length != 0 && !part.Contains('t', StringComparison.Ordinal)), Cpu.CachedTranslations);
    }

    [TestMethod]
    public void Paging_turned_off_drops_everything()
    {
        var tables = new Tables(_machine.Memory);
        tables.Map(G, 0x10_2000 | P | Tables.G);
        Cpu.Cr3 = Root;
        _ = Cpu.ReadByte(At(G));
        Cpu.Cr0 &= ~(1UL << 31);
        Assert.AreEqual((0, 0), (Cpu.CachedTranslations, Cpu.CachedTables));
        Assert.ThrowsExactly<ArgumentException>(() => Cpu.ReadByte(At(G)));
    }

    private void Touch(ulong context, params ReadOnlySpan<ulong> pages)
    {
        Cpu.Cr3 = Root | context;
        foreach (ulong page in pages)
            _ = Cpu.ReadByte(At(page));
    }

    private static void Fault(SimulatedCpu cpu, ulong address)
    {
        cpu.Privilege = Privilege.User;
        Assert.ThrowsExactly<SimulatedFaultException>(() => cpu.ReadByte(At(address)));
    }

    private static string Held(SimulatedCpu cpu)
    {
        var names = new List<string>();
        foreach ((int context, string name, ulong address) in new[] { (1, "X", X), (1, "Y", Y), (1, "G", G), (2, "X", X), (2, "H", H) })
        {
            bool global = name is "G" or "H";
            if (cpu.Holds(At(address), CacheLevel.Translation, global ? 7 : context))
                names.Add(global ? name : $"{context}{name}");

            // The contexts' upper entries are of pages in different slots of the root: each page has its own on all levels.
            int levels = Enumerable.Range(2, 3).Count(level => cpu.Holds(At(address), (CacheLevel)level, context));
            Assert.IsTrue(levels is 0 or 3, $"{context}t{name}: {levels} of 3 levels");
            if (levels == 3)
                names.Add($"{context}t{name}");
        }

        return string.Join(' ', names);
    }

    private static VirtAddr At(ulong address) => VirtAddr.CreateUnchecked(address);
}
