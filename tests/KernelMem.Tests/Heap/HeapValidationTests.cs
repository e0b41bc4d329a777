using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Heap;

namespace KernelMem.Tests.Heap;

[TestClass]
public sealed class HeapValidationTests
{
    /// <summary>The fields of a descriptor that tell something; the rest of its 64 bytes is unused.</summary>
    [TestMethod]
    public void Validate_sees_spoiled_descriptors()
    {
        using HeapFixture fixture = new();
        VirtAddr first = fixture.Allocate(1024);
        for (int index = 0; index < 5; index++)
            _ = fixture.Allocate(1024); // a full slab, and one that is half full
        VirtAddr run = fixture.Allocate(3 * 4096);
        fixture.Free(fixture.Allocate(48)); // an empty slab
        Assert.IsTrue(fixture.Heap.Validate());

        Span<HeapPage> pages = Descriptors(fixture);
        int full = 0;
        int partial = 1;
        int block = PageOf(run);
        Assert.AreEqual(PageOf(first), full);
        Spoil(fixture, ref pages[full], page => page with { Live = 3 });
        Spoil(fixture, ref pages[full], page => page with { Class = 12 });
        Spoil(fixture, ref pages[full], page => page with { Class = 14 });
        Spoil(fixture, ref pages[full], page => page with { State = HeapPageState.Block });
        Spoil(fixture, ref pages[full], page => page with { State = HeapPageState.Free });
        Spoil(fixture, ref pages[full], page => page with { Count = 2 });
        Spoil(fixture, ref pages[partial], page => page with { Next = partial });
        Spoil(fixture, ref pages[partial], page => page with { Next = full });
        Spoil(fixture, ref pages[partial], page => page with { Previous = 0 });
        Spoil(fixture, ref pages[partial], page => page with { Next = 1 << 20 });
        Spoil(fixture, ref pages[block], page => page with { Count = 2 });
        Spoil(fixture, ref pages[block], page => page with { Count = 4 });
        Spoil(fixture, ref pages[block], page => page with { Count = 0 });
        Spoil(fixture, ref pages[block], page => page with { State = HeapPageState.Reserved });
        Spoil(fixture, ref pages[block], page => page with { State = HeapPageState.Releasing });
        Spoil(fixture, ref pages[block + 1], page => page with { Count = 2 });
        Spoil(fixture, ref pages[block + 2], page => page with { State = HeapPageState.Block });
        Spoil(fixture, ref pages[block + 3], page => page with { Live = 1 }); // the empty slab
    }

    [TestMethod]
    public unsafe void Validate_sees_spoiled_metadata_of_the_caller()
    {
        using HeapFixture fixture = new();
        _ = fixture.Allocate(1024);
        _ = fixture.Allocate(3 * 4096);
        fixture.Free(fixture.Allocate(48));
        Span<HeapChunk> chunks = MemoryMarshal.Cast<byte, HeapChunk>(fixture.Metadata[^(4 * sizeof(HeapChunk))..]);
        Assert.AreEqual(0x1FUL, chunks[0].Used);
        foreach (ulong used in new ulong[] { 0, 0x1E, 0x0F, 0x3F })
        {
            chunks[0].Used = used;
            Assert.IsFalse(fixture.Heap.Validate(), $"{used:X}");
        }

        chunks[0].Used = 0x1F;
        chunks[2].Used = 1;
        Assert.IsFalse(fixture.Heap.Validate());
        chunks[2].Used = 0;
        Assert.IsTrue(fixture.Heap.Validate());

        int classesAt = fixture.Metadata.Length - 4 * sizeof(HeapChunk) - HeapSizeClass.Number * sizeof(HeapSizeClass);
        Span<HeapSizeClass> classes = MemoryMarshal.Cast<byte, HeapSizeClass>(fixture.Metadata[classesAt..])[..HeapSizeClass.Number];
        Assert.AreEqual((0, 4), (classes[11].Partial, classes[2].Cached));
        foreach ((int index, HeapSizeClass wrong) in new List<(int, HeapSizeClass)>
        {
            (11, classes[11] with { Partial = HeapPageMap.None }), (11, classes[11] with { Partial = 4 }),
            (11, classes[11] with { Cached = 0 }), (2, classes[2] with { Cached = HeapPageMap.None }), (2, classes[2] with { Partial = 4 }),
            (3, classes[3] with { Cached = 4 }), (3, classes[3] with { Size = 63 }),
        })
        {
            HeapSizeClass kept = classes[index];
            classes[index] = wrong;
            Assert.IsFalse(fixture.Heap.Validate(), $"class {index}");
            classes[index] = kept;
            Assert.IsTrue(fixture.Heap.Validate());
        }
    }

    [TestMethod]
    public void The_classes_divide_offsets_exactly()
    {
        for (int sizeClass = 0; sizeClass < HeapSizeClass.Number; sizeClass++)
        {
            HeapSizeClass slabs = HeapSizeClass.Create(sizeClass);
            for (int offset = 0; offset < 4096; offset++)
                Assert.AreEqual(offset / slabs.Size, slabs.IndexOf(offset));
        }
    }

    [TestMethod]
    public void A_block_goes_to_the_smallest_class_that_holds_and_aligns_it()
    {
        int[] sizes = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1360, 2048];
        using HeapFixture fixture = new();
        for (int alignment = 1; alignment <= 2048; alignment *= 2)
        {
            for (int bytes = 1; bytes <= 2048; bytes++)
            {
                VirtAddr block = fixture.Allocate((ulong)bytes, (ulong)alignment);
                int expected = Array.Find(sizes, size => size >= bytes && size % alignment == 0);
                Assert.AreEqual((ulong)expected, fixture.SizeOf(block), $"{bytes} aligned to {alignment}");
                fixture.Free(block);
            }
        }
    }

    private static unsafe Span<HeapPage> Descriptors(HeapFixture fixture)
    {
        Span<HeapChunk> chunks = MemoryMarshal.Cast<byte, HeapChunk>(fixture.Metadata[^(4 * sizeof(HeapChunk))..]);
        return new Span<HeapPage>(chunks[0].Descriptors, HeapChunk.Pages);
    }

    private static int PageOf(VirtAddr address) => (int)((address.Value - HeapFixture.Start) / 4096);

    private static void Spoil(HeapFixture fixture, ref HeapPage page, Func<HeapPage, HeapPage> how)
    {
        HeapPage kept = page;
        page = how(page);
        Assert.IsFalse(fixture.Heap.Validate());
        page = kept;
        Assert.IsTrue(fixture.Heap.Validate());
    }
}
