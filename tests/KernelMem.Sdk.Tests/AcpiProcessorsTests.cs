using System;
using System.Buffers.Binary;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Machine;

namespace KernelMem.Sdk.Tests;

/// <summary>The reader of the ACPI tables, on tables laid out by hand as ACPI 6.5 says.</summary>
[TestClass]
public sealed class AcpiProcessorsTests
{
    private const int Rsdp = 0xE0010;
    private const int Table = 0x2000;
    private const int Madt = 0x3000;

    private readonly byte[] _memory = new byte[1 << 20];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EnabledProcessorsAreListedInOrder(bool extended)
    {
        WriteTables(extended);
        WriteMadt((0, 7, 1), (0, 3, 0), (0, 5, 1), (1, 9, 1), (0, 200, 1));

        CollectionAssert.AreEqual(new byte[] { 7, 5, 200 }, Read(room: 16));
    }

    [TestMethod]
    public void AllAreCountedAndNoMoreWrittenThanThereIsRoomFor()
    {
        WriteTables(extended: true);
        WriteMadt((0, 1, 1), (0, 2, 1), (0, 3, 1));

        CollectionAssert.AreEqual(new byte[] { 1, 2 }, Read(room: 2, out int count));
        Assert.AreEqual(3, count);
    }

    [TestMethod]
    public void TheRootIsFoundInTheBiosArea()
    {
        WriteTables(extended: false);

        Assert.IsTrue(Find(out PhysAddr root));
        Assert.AreEqual((ulong)Rsdp, root.Value);
    }

    [TestMethod]
    public void TheRootIsFoundInTheExtendedBiosDataArea()
    {
        WriteTables(extended: false);
        _memory.AsSpan(Rsdp, 36).CopyTo(_memory.AsSpan(0x9FC20));
        _memory.AsSpan(Rsdp, 36).Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(_memory.AsSpan(0x40E), 0x9FC0);

        Assert.IsTrue(Find(out PhysAddr root));
        Assert.AreEqual(0x9FC20UL, root.Value);
    }

    [TestMethod]
    [DataRow(Rsdp + 8, "the root's checksum")]
    [DataRow(Rsdp, "the root's signature")]
    public void ADamagedRootIsNotFound(int offset, string what)
    {
        WriteTables(extended: false);
        _memory[offset]++;

        Assert.IsFalse(Find(out _), what);
    }

    [TestMethod]
    [DataRow(Madt + 9, "checksum")]
    [DataRow(Madt, "signature")]
    [DataRow(Table + 9, "checksum of the list")]
    public void ADamagedTableNamesNoProcessors(int offset, string what)
    {
        WriteTables(extended: true);
        WriteMadt((0, 1, 1));
        _memory[offset]++;

        Assert.IsEmpty(Read(room: 16), what);
    }

    [TestMethod]
    [DataRow(0u)]
    [DataRow(35u)]
    [DataRow(0xFFFF_FFFFu)]
    [DataRow(0x000F_F000u)] // beyond the window
    public void ATableOfAnImpossibleLengthNamesNoProcessors(uint length)
    {
        WriteTables(extended: true);
        WriteMadt((0, 1, 1));
        BinaryPrimitives.WriteUInt32LittleEndian(_memory.AsSpan(Madt + 4), length);

        Assert.IsEmpty(Read(room: 16));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(255)]
    public void AnEntryOfAnImpossibleLengthEndsTheList(int length)
    {
        WriteTables(extended: true);
        WriteMadt((0, 1, 1), (0, 2, 1), (0, 3, 1));
        _memory[Madt + 44 + 8 + 1] = (byte)length;
        FixChecksum(Madt, 9, 44 + (3 * 8));

        CollectionAssert.AreEqual(new byte[] { 1 }, Read(room: 16));
    }

    [TestMethod]
    public void PointersOutsideTheWindowNameNoProcessors()
    {
        WriteTables(extended: true);
        WriteMadt((0, 1, 1));
        BinaryPrimitives.WriteUInt64LittleEndian(_memory.AsSpan(Table + 36), ulong.MaxValue - 10);
        FixChecksum(Table, 9, 44);

        Assert.IsEmpty(Read(room: 16));
    }

    private void WriteTables(bool extended)
    {
        Span<byte> rsdp = _memory.AsSpan(Rsdp, 36);
        "RSD PTR "u8.CopyTo(rsdp);
        rsdp[15] = (byte)(extended ? 2 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(rsdp[16..], extended ? 0u : Table);
        BinaryPrimitives.WriteUInt64LittleEndian(rsdp[24..], extended ? (ulong)Table : 0);
        FixChecksum(Rsdp, 8, 20);

        Span<byte> list = _memory.AsSpan(Table, 44);
        (extended ? "XSDT"u8 : "RSDT"u8).CopyTo(list);
        int length = 36 + (extended ? 8 : 4);
        BinaryPrimitives.WriteInt32LittleEndian(list[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(list[36..], Madt);
        FixChecksum(Table, 9, length);
    }

    private void WriteMadt(params (byte Type, byte Id, uint Flags)[] entries)
    {
        Span<byte> madt = _memory.AsSpan(Madt, 44 + (entries.Length * 8));
        "APIC"u8.CopyTo(madt);
        BinaryPrimitives.WriteInt32LittleEndian(madt[4..], madt.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = madt.Slice(44 + (i * 8), 8);
            entry[0] = entries[i].Type;
            entry[1] = 8;
            entry[2] = (byte)i;
            entry[3] = entries[i].Id;
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[i].Flags);
        }

        FixChecksum(Madt, 9, madt.Length);
    }

    private void FixChecksum(int table, int place, int length)
    {
        _memory[table + place] = 0;
        byte sum = 0;
        foreach (byte value in _memory.AsSpan(table, length))
            sum += value;
        _memory[table + place] = (byte)-sum;
    }

    private byte[] Read(int room) => Read(room, out _);

    private unsafe byte[] Read(int room, out int count)
    {
        fixed (byte* memory = _memory)
        {
            byte[] ids = new byte[room];
            PhysicalMemoryView window = PhysicalMemoryView.Create(memory, PhysRange.Create(PhysAddr.Zero, (ulong)_memory.Length));
            count = AcpiProcessors.Read(window, PhysAddr.Create(Rsdp), ids);
            return ids[..Math.Min(count, room)];
        }
    }

    private unsafe bool Find(out PhysAddr root)
    {
        fixed (byte* memory = _memory)
        {
            return AcpiProcessors.TryFindRoot(PhysicalMemoryView.Create(memory, PhysRange.Create(PhysAddr.Zero, (ulong)_memory.Length)), out root);
        }
    }
}
