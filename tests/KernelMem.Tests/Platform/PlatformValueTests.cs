using KernelMem.Addresses;
using KernelMem.Platform;

namespace KernelMem.Tests.Platform;

[TestClass]
public sealed class PlatformValueTests
{
    [TestMethod]
    public void The_interrupt_flag_is_bit_9()
    {
        Assert.IsTrue(InterruptState.FromFlags(0x200).WereEnabled);
        Assert.IsFalse(InterruptState.FromFlags(~0x200UL).WereEnabled);
        Assert.AreEqual(InterruptState.Enabled, InterruptState.FromFlags(0x202));
        Assert.AreEqual(InterruptState.Disabled, InterruptState.FromFlags(0x002));
        Assert.IsTrue(InterruptState.Enabled != InterruptState.Disabled);
        Assert.IsFalse(InterruptState.Enabled == InterruptState.Disabled);
    }

    [TestMethod]
    public void CPUs_are_told_apart_by_number()
    {
        Assert.IsTrue(new CpuId(3) == new CpuId(3) && new CpuId(3).Equals((object)new CpuId(3)));
        Assert.IsTrue(new CpuId(3) != new CpuId(4));
        Assert.AreEqual(3, new CpuId(3).Value);
        Assert.AreEqual(new CpuId(3).GetHashCode(), new CpuId(3).GetHashCode());
    }

    [TestMethod]
    public void The_page_table_root_takes_CR3_apart()
    {
        PageTableRoot root = PageTableRoot.FromRegister(0x8000_0012_3456_7ABC);
        Assert.AreEqual(0x0000_0012_3456_7000UL, root.Table.Start.Value);
        Assert.AreEqual(0xABC, root.Pcid);
        Assert.AreEqual(0x8000_0012_3456_7ABC, root.Register);
        Assert.AreEqual(0x000F_FFFF_FFFF_F000UL, PageTableRoot.FromRegister(ulong.MaxValue).Table.Start.Value);
    }

    [TestMethod]
    public void The_page_table_root_is_put_together()
    {
        Frame table = Frame.FromNumber(0x1234);
        Assert.AreEqual(0x0123_4000UL, PageTableRoot.Create(table).Register);
        Assert.AreEqual(0x0123_4FFFUL, PageTableRoot.Create(table, pcid: 0xFFF).Register);
        Assert.AreEqual(table, PageTableRoot.Create(table, pcid: 0xFFF).Table);
        Assert.ThrowsExactly<PanicException>(() => PageTableRoot.Create(Frame.FromNumber(1), pcid: 0x1000));
        Assert.IsTrue(PageTableRoot.Create(table) == PageTableRoot.Create(table, 0));
        Assert.IsTrue(PageTableRoot.Create(table) != PageTableRoot.Create(table, 1));
    }

    [TestMethod]
    public void The_page_table_root_goes_under_another_identifier_and_may_keep_what_is_cached()
    {
        PageTableRoot root = PageTableRoot.FromRegister(0x4000_0012_3456_7ABC);
        Assert.AreEqual(0x4000_0012_3456_7001UL, root.WithPcid(1).Register);
        Assert.AreEqual(0xC000_0012_3456_7ABCUL, root.WithKeepsTranslations(true).Register);
        Assert.IsTrue(root.WithKeepsTranslations(true).KeepsTranslations);
        Assert.IsFalse(root.KeepsTranslations);
        Assert.AreEqual(root, root.WithKeepsTranslations(true).WithKeepsTranslations(false));
        Assert.ThrowsExactly<PanicException>(() => root.WithPcid(0x1000));
    }

    [TestMethod]
    public void Answers_of_CPUID_are_equal_if_all_registers_are()
    {
        CpuIdLeaf leaf = new(1, 2, 3, 4);
        Assert.AreEqual((1u, 2u, 3u, 4u), (leaf.Eax, leaf.Ebx, leaf.Ecx, leaf.Edx));
        Assert.IsTrue(leaf == new CpuIdLeaf(1, 2, 3, 4) && leaf.Equals((object)new CpuIdLeaf(1, 2, 3, 4)));
        Assert.IsTrue(leaf != new CpuIdLeaf(0, 2, 3, 4) && leaf != new CpuIdLeaf(1, 0, 3, 4) && leaf != new CpuIdLeaf(1, 2, 0, 4) && leaf != new CpuIdLeaf(1, 2, 3, 0));
    }
}
