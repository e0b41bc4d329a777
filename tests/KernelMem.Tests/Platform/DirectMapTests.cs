using KernelMem.Addresses;
using KernelMem.Platform;
using KernelMem.Tests.Addresses;

namespace KernelMem.Tests.Platform;

[TestClass]
public sealed class DirectMapTests
{
    private static readonly DirectMap Kernel = DirectMap.Create(VirtAddr.Create(0xFFFF_8000_0000_0000), 0x1_0000);

    [TestMethod]
    public void Addresses_are_moved_by_the_base()
    {
        Assert.AreEqual(0xFFFF_8000_0000_1234, Kernel.ToVirtual(PhysAddr.Create(0x1234)).Value);
        Assert.AreEqual(0x1234UL, Kernel.ToPhysical(VirtAddr.Create(0xFFFF_8000_0000_1234)).Value);
        Assert.AreEqual(0xFFFF_8000_0000_0000, Kernel.Base.Value);
        Assert.AreEqual(0x1_0000UL, Kernel.Length);
        Assert.AreEqual(VirtRange.Create(Kernel.Base, 0x1_0000), Kernel.Range);
    }

    [TestMethod]
    public void What_is_not_mapped_is_refused()
    {
        Assert.IsTrue(Kernel.TryToVirtual(PhysAddr.Create(0xFFFF), out _));
        Assert.IsFalse(Kernel.TryToVirtual(PhysAddr.Create(0x1_0000), out VirtAddr none));
        Assert.AreEqual(VirtAddr.Zero, none);
        Assert.IsFalse(Kernel.TryToVirtual(PhysAddr.Max, out _));
        Assert.IsTrue(Kernel.TryToPhysical(VirtAddr.Create(0xFFFF_8000_0000_FFFF), out _));
        Assert.IsFalse(Kernel.TryToPhysical(VirtAddr.Create(0xFFFF_8000_0001_0000), out _));
        Assert.IsFalse(Kernel.TryToPhysical(VirtAddr.Create(0x0000_7FFF_FFFF_FFFF), out _));
        Assert.ThrowsExactly<PanicException>(() => Kernel.ToVirtual(PhysAddr.Create(0x1_0000)));
        Assert.ThrowsExactly<PanicException>(() => Kernel.ToPhysical(VirtAddr.Zero));
        Assert.ThrowsExactly<PanicException>(() => default(DirectMap).ToVirtual(PhysAddr.Zero));
    }

    [TestMethod]
    public void A_range_is_mapped_as_a_whole_or_not_at_all()
    {
        Assert.IsTrue(Kernel.TryToVirtual(PhysRange.Create(PhysAddr.Create(0xF000), 0x1000), out VirtRange range));
        Assert.AreEqual(VirtRange.Create(VirtAddr.Create(0xFFFF_8000_0000_F000), 0x1000), range);
        Assert.IsFalse(Kernel.TryToVirtual(PhysRange.Create(PhysAddr.Create(0xF000), 0x1001), out _));
    }

    [TestMethod]
    public void There_and_back_is_the_same_address() =>
        Arbitrary.Check(Arbitrary.Pair(Arbitrary.Virtual, Arbitrary.Pair(Arbitrary.Number, Arbitrary.Physical)), sample =>
        {
            ((VirtAddr start, _), (ulong length, PhysAddr address)) = sample;
            if (!DirectMap.TryCreate(start, length, out DirectMap map))
                return length > 1;
            bool mapped = map.TryToVirtual(address, out VirtAddr there);
            return mapped == (address.Value < length)
                && (!mapped || (there.Value - start.Value == address.Value && map.ToPhysical(there) == address));
        });

    [TestMethod]
    public void A_map_stays_in_its_half_and_below_52_bits()
    {
        Assert.IsFalse(DirectMap.TryCreate(VirtAddr.Create(0x0000_7FFF_FFFF_F000), 0x1001, out _));
        Assert.IsTrue(DirectMap.TryCreate(VirtAddr.CreateLa57(0xFF00_0000_0000_0000), 1UL << 52, out _));
        Assert.IsFalse(DirectMap.TryCreate(VirtAddr.CreateLa57(0xFF00_0000_0000_0000), (1UL << 52) + 1, out _));
        Assert.ThrowsExactly<PanicException>(() => DirectMap.Create(VirtAddr.Create(ulong.MaxValue), 2));
    }

    [TestMethod]
    public unsafe void In_a_host_process_memory_can_be_touched()
    {
        ulong* memory = stackalloc ulong[4];
        DirectMap map = DirectMap.Create(VirtAddr.FromPointer(memory), 4 * sizeof(ulong));
        *map.ToPointer<ulong>(PhysAddr.Create(8)) = 42;
        Assert.AreEqual(42UL, memory[1]);
        Assert.IsTrue(map.ToPointer<byte>(PhysAddr.Create(31)) == (byte*)memory + 31);

        ulong start = map.Base.Value;
        Assert.ThrowsExactly<PanicException>(() => MapOf(start).ToPointer<byte>(PhysAddr.Create(32)));
        Assert.ThrowsExactly<PanicException>(() => MapOf(start).ToPointer<ulong>(PhysAddr.Create(25)));
        Assert.ThrowsExactly<PanicException>(() => MapOf(start).ToPointer<ulong>(PhysAddr.Max));
    }

    private static DirectMap MapOf(ulong start) => DirectMap.Create(VirtAddr.CreateLa57(start), 32);
}
