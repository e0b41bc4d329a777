using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Annotations;
using KernelMem.Platform;
using KernelMem.Tests.Docs;

namespace KernelMem.Tests.Platform;

/// <summary>A register is where it was asked for, as wide as its type, and nothing beside it is touched.</summary>
[TestClass]
public sealed unsafe partial class MmioTests
{
    private const int Bytes = 64;

    private readonly byte* _device = (byte*)NativeMemory.AlignedAlloc(Bytes, 64);

    [TestInitialize]
    public void Fill()
    {
        for (int i = 0; i < Bytes; i++)
            _device[i] = (byte)i;
    }

    [TestCleanup]
    public void Free() => NativeMemory.AlignedFree(_device);

    [TestMethod]
    public void Registers_of_every_width_are_read_and_written_and_their_neighbours_are_not()
    {
        MmioRange range = Range();
        Assert.AreEqual(0x09, range.At<byte>(9).Read());
        Assert.AreEqual(0x0B0A, range.At<ushort>(10).Read());
        Assert.AreEqual(0x0F0E0D0CU, range.At<uint>(12).Read());
        Assert.AreEqual(0x17161514_13121110UL, range.At<ulong>(16).Read());
        range.At<byte>(9).Write(0xA1);
        range.At<ushort>(10).Write(0xB2B1);
        range.At<uint>(12).Write(0xC4C3C2C1);
        range.At<ulong>(16).Write(0xD8D7D6D5_D4D3D2D1);
        byte[] expected = [0xA1, 0xB1, 0xB2, 0xC1, 0xC2, 0xC3, 0xC4, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8];
        for (int i = 0; i < Bytes; i++)
            Assert.AreEqual(i is >= 9 and < 24 ? expected[i - 9] : (byte)i, _device[i], $"byte {i}");
        Assert.AreEqual((ulong)(_device + 12), range.At<uint>(12).Address.Value);
    }

    [TestMethod]
    public void Bits_are_set_and_cleared_in_every_width()
    {
        MmioRange range = Range();
        range.At<byte>(0).Write(0x81);
        range.At<byte>(0).Set(0x42);
        range.At<byte>(0).Clear(0x80);
        Assert.AreEqual(0x43, _device[0]);
        Assert.AreEqual(1, _device[1]);
        range.At<ushort>(2).Write(0x8001);
        range.At<ushort>(2).Set(0x4002);
        range.At<ushort>(2).Clear(0x8000);
        Assert.AreEqual(0x4003, range.At<ushort>(2).Read());
        range.At<uint>(4).Write(0x8000_0001);
        range.At<uint>(4).Set(0x4000_0002);
        range.At<uint>(4).Clear(0x8000_0000);
        Assert.AreEqual(0x4000_0003U, range.At<uint>(4).Read());
        range.At<ulong>(8).Write(0x8000_0000_0000_0001);
        range.At<ulong>(8).Set(0x4000_0000_0000_0002);
        range.At<ulong>(8).Clear(0x8000_0000_0000_0000);
        Assert.AreEqual(0x4000_0000_0000_0003UL, range.At<ulong>(8).Read());
        Assert.AreEqual(16, _device[16]);
    }

    [TestMethod]
    public void A_bit_layout_is_what_a_register_may_hold()
    {
        Mmio<TimerControl> control = Range().At<TimerControl>(0x20);
        control.Write(TimerControl.Initial.WithVector(0x33));
        control.Set(TimerControl.Initial.WithMasked(true));
        Assert.AreEqual(0x0001_0033U, *(uint*)(_device + 0x20));
        control.Write(control.Read().WithVector(0x44));
        control.Clear(TimerControl.Initial.WithMasked(true));
        Assert.AreEqual(0x44, control.Read().Vector);
        Assert.IsFalse(control.Read().Masked);
    }

    /// <summary>The guide's timer, on memory in the place of its registers.</summary>
    [TestMethod]
    public void A_driver_is_made_of_registers()
    {
        *(ulong*)(_device + 0x10) = 3;
        MmioExamples.Hpet timer = new(MmioRange.Create(VirtRange.Create(VirtAddr.Create((ulong)_device), Bytes)));
        Assert.ThrowsExactly<PanicException>(() => timer.Ticks, "the counter is beyond these 64 bytes");
        byte* all = stackalloc byte[1024];
        byte* registers = (byte*)(((ulong)all + 7) & ~7UL);
        *(ulong*)(registers + 0x10) = 3;
        *(ulong*)(registers + 0xF0) = 77;
        timer = new MmioExamples.Hpet(MmioRange.Create(VirtRange.Create(VirtAddr.Create((ulong)registers), 1016)));
        Assert.AreEqual(77UL, timer.Ticks);
        timer.Restart();
        Assert.AreEqual((0UL, 1UL), (*(ulong*)(registers + 0xF0), *(ulong*)(registers + 0x10)));
    }

    [TestMethod]
    public void A_register_that_cannot_be_there_is_refused()
    {
        MmioRange range = Range();
        Assert.IsTrue(range.TryAt(Bytes - 8, out Mmio<ulong> last));
        Assert.AreEqual((ulong)(_device + Bytes - 8), last.Address.Value);
        Refused<byte>(range, Bytes);
        Refused<ulong>(range, Bytes);
        Refused<ulong>(range, ulong.MaxValue & ~7UL);
        Refused<ulong>(range, 4);
        Refused<uint>(range, 2);
        Refused<ushort>(range, 1);
        Refused<ulong>(range.Part(8, 4), 0);
        Refused<Odd>(range, 0);
        Refused<byte>(default, 0);
    }

    [TestMethod]
    public void A_part_has_its_own_offsets_and_ends_where_it_ends()
    {
        MmioRange part = Range().Part(16, 8);
        Assert.AreEqual(0x10, part.At<byte>(0).Read());
        Refused<byte>(part, 8);
        Assert.AreEqual(0UL, part.Part(8, 0).Range.Length);
        Assert.ThrowsExactly<PanicException>(() => part.Part(4, 5));
        Assert.ThrowsExactly<PanicException>(() => part.Part(9, 0));
        Assert.ThrowsExactly<PanicException>(() => part.Part(ulong.MaxValue, 2));
    }

    [TestMethod]
    public void A_misaligned_mapping_has_registers_where_their_addresses_are_aligned()
    {
        MmioRange shifted = MmioRange.Create(VirtRange.Create(VirtAddr.Create((ulong)_device + 2), 16));
        Refused<uint>(shifted, 0);
        Assert.AreEqual(0x07060504U, shifted.At<uint>(2).Read());
    }

    [TestMethod]
    public void Registers_and_ranges_are_equal_where_they_are_the_same()
    {
        MmioRange range = Range();
        Assert.IsTrue(range == Range() && range != range.Part(0, 8) && range.Part(0, 8) != range.Part(8, 8));
        Assert.IsTrue(range.At<uint>(4) == range.At<uint>(4) && range.At<uint>(4) != range.At<uint>(8));
        Assert.IsTrue(range.Equals((object)Range()) && range.At<uint>(4).Equals((object)range.At<uint>(4)));
        Assert.AreEqual(range.At<uint>(4).GetHashCode(), range.At<uint>(4).GetHashCode());
    }

    private static void Refused<T>(MmioRange range, ulong offset)
        where T : unmanaged
    {
        Assert.IsFalse(range.TryAt(offset, out Mmio<T> register));
        Assert.AreEqual(default, register);
        Assert.ThrowsExactly<PanicException>(() => range.At<T>(offset));
    }

    private MmioRange Range() => MmioRange.Create(VirtRange.Create(VirtAddr.Create((ulong)_device), Bytes));

    [BitLayout(typeof(uint))]
    [Reserved(8, 15)]
    [Reserved(17, 31)]
    internal readonly partial struct TimerControl
    {
        [Bits(0, 7)]
        public partial byte Vector { get; }

        [Bit(16)]
        public partial bool Masked { get; }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Odd
    {
        public ushort Half;
        public byte Rest;
    }
}
