using KernelMem.Addresses;
using static KernelMem.Simulation.Tests.Tables;

namespace KernelMem.Simulation.Tests;

/// <summary>Every combination of rights on two levels, control registers, access and mode, against a formulation of their own.</summary>
[TestClass]
public sealed class RightsTests
{
    private static readonly MemoryAccess[] Accesses = [MemoryAccess.Read, MemoryAccess.Write, MemoryAccess.Execute];

    [TestMethod]
    public void Rights_are_those_of_the_manual()
    {
        int checkedCases = 0;
        using var memory = new SimulatedMemory(1UL << 20);
        var tables = new Tables(memory);
        var mmu = new SoftwareMmu(memory);
        ulong last = tables.Map(0x1000_0000, 0x9000 | P);
        for (int raised = 2; raised <= 4; raised++)
        {
            ulong upper = tables.Place(0x1000_0000, raised);
            ulong table = tables.Read(upper) & 0xF_F000;
            for (int flags = 0; flags < 64; flags++)
            {
                ulong upperFlags = Flags(flags & 7);
                ulong lastFlags = Flags(flags >> 3);
                tables.Write(upper, table | upperFlags);
                tables.Write(last, 0x9000 | lastFlags);
                for (int settings = 0; settings < 32; settings++)
                {
                    bool wp = (settings & 1) != 0;
                    bool smep = (settings & 2) != 0;
                    bool smap = (settings & 4) != 0;
                    bool ac = (settings & 8) != 0;
                    bool nxe = (settings & 16) != 0;
                    if (!nxe && ((upperFlags | lastFlags) & XD) != 0)
                        continue; // reserved: tested elsewhere
                    var registers = new MmuRegisters(
                        Cr0: wp ? 0x8001_0001UL : 0x8000_0001,
                        Cr3: 0x1000,
                        Cr4: 0xA0 | (smep ? 1UL << 20 : 0) | (smap ? 1UL << 21 : 0),
                        Efer: nxe ? 0xD00UL : 0x500,
                        Flags: ac ? 1UL << 18 : 0);
                    foreach (MemoryAccess access in Accesses)
                    {
                        for (int user = 0; user < 2; user++)
                        {
                            bool denied = Denied(upperFlags & lastFlags, upperFlags | lastFlags, access, user == 1, wp, smep, smap && !ac);
                            MmuResult result = mmu.Translate(registers, VirtAddr.Create(0x1000_0000), access, (Privilege)user);
                            ulong code = 1UL + (access == MemoryAccess.Write ? 2UL : 0) + (user == 1 ? 4UL : 0)
                                + (access == MemoryAccess.Execute && (nxe || smep) ? 16UL : 0);
                            string what = $"level {raised} {upperFlags:X}, last {lastFlags:X}, {registers}, {access}, user {user}";
                            Assert.AreEqual(denied ? MmuOutcome.PageFault : MmuOutcome.Translated, result.Outcome, what);
                            if (denied)
                                Assert.AreEqual(code, result.Fault.ErrorCode, what);
                            checkedCases++;
                        }
                    }
                }
            }

            tables.Write(upper, table | P | W | U);
        }

        Assert.IsGreaterThan(20_000, checkedCases);
    }

    /// <summary>
    /// The reasons to refuse, one by one; <paramref name="both"/>: flags in both entries, <paramref name="any"/>: in either.
    /// </summary>
    private static bool Denied(ulong both, ulong any, MemoryAccess access, bool user, bool wp, bool smep, bool smap)
    {
        bool userPage = (both & U) != 0;
        bool readOnly = (both & W) == 0;
        bool data = access != MemoryAccess.Execute;
        return (user && !userPage)
            || (access == MemoryAccess.Write && readOnly && (user || wp))
            || (!data && (any & XD) != 0)
            || (!data && !user && userPage && smep)
            || (data && !user && userPage && smap);
    }

    private static ulong Flags(int number) =>
        P | ((number & 1) != 0 ? W : 0) | ((number & 2) != 0 ? U : 0) | ((number & 4) != 0 ? XD : 0);
}
