using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>
/// Good tables with random damage, between inaccessible pages: a reader answers with a typed error, or with something of which a sound
/// map can be made. Each case is made from the seed and its number alone.
/// </summary>
internal sealed unsafe class BootFuzz
{
    private static readonly ulong[] Breakers =
    [
        0, 1, 7, 8, 19, 20, 24, 39, 40, 48, 1024, 1032, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF8, 0xFFFF_FFFF,
        (1UL << 52) - 1, 1UL << 52, 1UL << 63, LimineImage.DirectMap, LimineImage.DirectMap - 1, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    private readonly FirmwareFormat _format;
    private readonly byte[] _good;
    private readonly ulong _start;
    private readonly PhysicalImage _image;

    public BootFuzz(FirmwareFormat format)
    {
        _format = format;
        FirmwareEntry[] map = [.. RawMaps.Q35With256MiB.Select((entry, at) =>
            new FirmwareEntry(entry.Start, (entry.Length + 4095) & ~4095UL, format.Types[at % format.Types.Length], format.Ordinary))];
        _image = format.Lay(map);
        _start = _image.Start;
        _good = _image.Bytes.ToArray();
    }

    /// <summary>How many of the damaged tables were read all the same.</summary>
    public int Read { get; private set; }

    /// <summary>How often each error came.</summary>
    public Dictionary<BootInformationError, int> Errors { get; } = [];

    public void Run(int seed, int cases)
    {
        for (int number = 0; number < cases; number++)
        {
            try
            {
                Try(new Random(unchecked(seed * 1_000_003 + number)));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{_format.Name}, seed {seed}, case {number}", exception);
            }
        }
    }

    private void Try(Random random)
    {
        _good.AsSpan().CopyTo(_image.Bytes);
        for (int damages = random.Next(0, 6); damages > 0; damages--)
            Damage(random);

        int length = random.Next(4) == 0 ? random.Next(_good.Length + 1) : _good.Length;
        using ShownMemory memory = _image.Show(length, guardStart: random.Next(2) == 0);
        if (_format.Read(memory.Window).TryGet(out BootInformation boot, out BootInformationError error))
        {
            Read++;
            BootReading.Exercise(boot, memory.Window.Range);
            AssertMapIsSound(boot);
        }
        else
        {
            Assert.AreNotEqual(BootInformationError.None, error);
            Errors[error] = Errors.GetValueOrDefault(error) + 1;
        }
    }

    // A number that breaks readers, an address inside the tables, a flipped bit, or a piece of the tables somewhere else.
    private void Damage(Random random)
    {
        Span<byte> bytes = _image.Bytes;
        int at = random.Next(bytes.Length);
        at = random.Next(4) == 0 ? at : at & ~3;
        int room = bytes.Length - at;
        switch (random.Next(5))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                Put(at, Breakers[random.Next(Breakers.Length)] + (ulong)random.Next(-1, 2), random);
                break;
            case 2:
                ulong inside = _start + (ulong)random.Next(bytes.Length + 8);
                Put(at, random.Next(2) == 0 ? inside : inside + LimineImage.DirectMap, random);
                break;
            case 3:
                int from = random.Next(bytes.Length);
                int count = Math.Min(random.Next(1, 64), Math.Min(room, bytes.Length - from));
                bytes.Slice(from, count).ToArray().CopyTo(bytes[at..]);
                break;
            default:
                Put(at, (ulong)random.Next(300), random);
                break;
        }
    }

    private void Put(int at, ulong value, Random random)
    {
        int count = Math.Min(random.Next(3) switch { 0 => 1, 1 => 4, _ => 8 }, _image.Bytes.Length - at);
        for (int index = 0; index < count; index++)
            _image.Bytes[at + index] = (byte)(value >> (8 * index));
    }

    // Whatever was read, the map made of it in the buffer said to be enough is what the oracle makes of it.
    private static void AssertMapIsSound(BootInformation boot)
    {
        List<RawEntry> expected = [];
        foreach (FirmwareMap map in new[] { boot.Map, boot.UefiMap })
        {
            foreach (FirmwareRegion region in map)
            {
                if (region.Kind != MemoryRegionKind.None)
                    expected.Add(new RawEntry(region.Start, region.Length, region.Kind));
            }
        }

        foreach (PhysRange leftover in boot.ReservedRanges)
            expected.Add(new RawEntry(leftover.Start.Value, leftover.Length, MemoryRegionKind.BootData));

        int entries = boot.Map.Count + boot.UefiMap.Count + 4 + 2 * boot.Modules.Count;
        using GuardedMemory buffer = GuardedMemory.AgainstEnd((int)MemoryMapBuilder.MetadataSize(entries));
        MemoryMapBuilder builder = MemoryMapBuilder.Create(buffer.Start, (ulong)buffer.Length).Value;
        builder.AddFirmware(boot.Map);
        builder.AddFirmware(boot.UefiMap);
        builder.ReserveBootData(boot);
        MemoryMap made = builder.Build().Value;
        Assert.IsTrue(made.Validate());
        CollectionAssert.AreEqual(NormaliserOracle.Normalise(expected), BuiltMap.Listed(made));
        foreach (PhysRange leftover in boot.ReservedRanges)
            Assert.IsTrue(leftover.IsEmpty || made.KindAt(leftover.Start) != MemoryRegionKind.Usable);
    }
}
