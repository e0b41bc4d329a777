using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;
using KernelMem.Platform;
using KernelMem.Simulation;
using KernelMem.Tests.Boot;
using Mono.Cecil;

namespace KernelMem.Tests.Docs;

/// <summary>Checks the guide to porting: its example runs, and its lists are complete.</summary>
[TestClass]
public sealed unsafe class PortingGuideTests
{
    private const uint Usable = 0;
    private const uint Reclaimable = 5;

    [TestMethod]
    public void A_kernel_starts_on_the_page_tables_of_limine()
    {
        using SimulatedMachine machine = new(16 << 20);
        using SimulatedMachine.CpuScope scope = machine.Enter(0);
        machine.CurrentCpu.Cr3 = 0x1000;
        using ShownMemory tables = LimineImage.Create([new(0x1000, 0xF000, Reclaimable), new(0x10_0000, 15 << 20, Usable)]).Show();
        BootInformation boot = LimineReader.Read(tables.Window, LimineImage.DirectMapStart, LimineImage.Responses(modules: false, rsdp: false)).Value;

        ulong mapBytes = MemoryMapBuilder.MetadataSize(32);
        void* buffer = NativeMemory.AlignedAlloc((nuint)mapBytes, 8);
        ulong bytes = EarlyAllocator.MetadataSize(16);
        void* metadata = NativeMemory.AlignedAlloc((nuint)bytes, 8);
        PhysRange kernel = PhysRange.Create(PhysAddr.Create(0x20_0000), 0x10_0000);
        MemoryManager<SimulatedPlatform> memory = PortingExamples.StartUnderLimine(
            machine.Platform, boot, machine.Memory.DirectMap, kernel, MemoryMapBuilder.Create(buffer, mapBytes).Value, metadata, bytes);

        Assert.IsTrue(memory.IsReady);
        Assert.AreEqual(0x1000UL, machine.CurrentCpu.Cr3, "the page tables stay");
        Assert.IsTrue(memory.AllocateHeap(100).IsSuccess);
        NativeMemory.AlignedFree(metadata);
        NativeMemory.AlignedFree(buffer);
    }

    [TestMethod]
    public void Every_member_of_the_platform_has_its_row()
    {
        string guide = GuideText.Guide("porting.md");
        HashSet<string> rows = [.. guide.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => line.Split('|')[1].Split('`'))];
        foreach (MemberInfo member in typeof(IPlatform).GetMembers().Where(member => member is not MethodInfo { IsSpecialName: true }))
            Assert.Contains(member.Name, rows);
    }

    [TestMethod]
    public void Every_type_that_a_core_library_needs_is_listed()
    {
        string guide = GuideText.Guide("porting.md");
        using ModuleDefinition module = ModuleDefinition.ReadModule(typeof(Panic).Assembly.Location);
        List<string> missing =
        [
            .. module.GetTypeReferences()
                .Where(type => !type.IsNested && !type.Name.EndsWith("Attribute", StringComparison.Ordinal) && type.Namespace != "System.Security.Permissions")
                .Select(type => type.Name.Split('`')[0])
                .Distinct()
                .Where(name => !guide.Contains("`" + name + "`", StringComparison.Ordinal) && !guide.Contains("`" + name + "<", StringComparison.Ordinal)),
        ];
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }
}
