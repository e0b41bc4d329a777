using System;
using System.Collections.Generic;
using System.Text;
using KernelMem.Addresses;
using KernelMem.Diagnostics;
using KernelMem.Paging;
using KernelMem.Tests.Docs;

namespace KernelMem.Tests.Paging;

/// <summary>The described layout: as it is printed, and moved to where nobody knows.</summary>
[TestClass]
public sealed unsafe class LayoutTests
{
    private const ulong GiB = 1UL << 30;

    [ThreadStatic]
    private static StringBuilder? s_text;

    [TestMethod]
    public void The_guide_shows_what_is_printed()
    {
        Assert.Contains(Print(AddressLayout.Standard), GuideText.Guide("paging.md"), StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_parts_of_the_kernel_half_are_printed_from_below()
    {
        Assert.IsTrue(AddressLayout.TryCreate(
            AddressLayout.Standard.User,
            AddressLayout.Standard.KernelHeap,
            VirtRange.Create(VirtAddr.Create(0xFFFF_E000_0000_0000), GiB),
            VirtRange.Create(VirtAddr.Create(0xFFFF_D000_0000_0000), GiB),
            VirtRange.Create(VirtAddr.Create(0xFFFF_9000_0000_0000), GiB),
            out AddressLayout layout));
        string text = Print(layout);
        int regions = text.IndexOf("kernel: regions", StringComparison.Ordinal);
        int devices = text.IndexOf("kernel: devices", StringComparison.Ordinal);
        int map = text.IndexOf("kernel: all physical", StringComparison.Ordinal);
        Assert.IsTrue(0 < regions && regions < devices && devices < map, text);
        Assert.Contains("0xffff900000000000 - 0xffff90003fffffff", text, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_random_layout_is_a_layout_and_another_for_other_entropy()
    {
        HashSet<(ulong, ulong, ulong, ulong)> seen = [];
        AddressLayout before = AddressLayout.Standard;
        for (ulong entropy = 0; entropy < 2000; entropy++)
        {
            AddressLayout layout = before.Randomize(entropy, moveDirectMap: entropy % 2 == 0, memory: 8 * GiB);
            Assert.AreEqual(before.User, layout.User);
            Assert.AreEqual((before.KernelHeap.Length, before.Devices.Length, before.KernelRegions.Length), (layout.KernelHeap.Length, layout.Devices.Length, layout.KernelRegions.Length));
            Assert.AreEqual(before.KernelHeap.Start.Value >> 39, layout.KernelHeap.Start.Value >> 39, "the same slot of the root");
            Assert.AreEqual(layout.KernelHeap.Start.Value >> 39, layout.KernelHeap.Last.Value >> 39);
            Assert.AreEqual(0UL, layout.KernelHeap.Start.Value % (256 << 10));
            Assert.AreEqual(0UL, (layout.Devices.Start.Value | layout.KernelRegions.Start.Value | layout.DirectMap.Start.Value) % GiB);
            Assert.IsTrue(layout.DirectMap.Length >= 8 * GiB && layout.KernelRegions.Last.Value < 0xFFFF_FFFF_C000_0000, "the image stays free");
            Assert.AreEqual(entropy % 2 == 1, layout.DirectMap == before.DirectMap);
            Assert.AreEqual(AddressArea.Kernel, layout.AreaOf(layout.Devices.Start));
            AddressLayout again = before.Randomize(entropy, moveDirectMap: entropy % 2 == 0, memory: 8 * GiB);
            Assert.AreEqual((layout.KernelHeap, layout.Devices, layout.KernelRegions, layout.DirectMap), (again.KernelHeap, again.Devices, again.KernelRegions, again.DirectMap));
            seen.Add((layout.KernelHeap.Start.Value, layout.Devices.Start.Value, layout.KernelRegions.Start.Value, layout.DirectMap.Start.Value));
        }

        Assert.HasCount(2000, seen);
    }

    private static string Print(in AddressLayout layout)
    {
        s_text = new StringBuilder();
        LayoutReport.Write(new TextOutput(&Append), layout);
        return s_text.ToString();
    }

    private static void Append(ReadOnlySpan<byte> utf8) => s_text!.Append(Encoding.UTF8.GetString(utf8));
}
