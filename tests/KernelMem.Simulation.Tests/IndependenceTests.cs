using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Tests.Architecture;
using Mono.Cecil;

namespace KernelMem.Simulation.Tests;

/// <summary>The oracle judges the library's codecs and layouts, so it uses none.</summary>
[TestClass]
public sealed class IndependenceTests
{
    /// <summary>All that the MMU and the TLB may know of the library.</summary>
    private static readonly string[] MmuMayUse = ["KernelMem.Addresses.VirtAddr", "KernelMem.Addresses.PhysAddr"];

    /// <summary>All that the rest may.</summary>
    private static readonly string[] MachineMayUse =
    [
        .. MmuMayUse, "KernelMem.Addresses.VirtRange", "KernelMem.Platform.IPlatform", "KernelMem.Platform.CpuId",
        "KernelMem.Platform.InterruptState", "KernelMem.Platform.PageTableRoot", "KernelMem.Platform.DirectMap",
        "KernelMem.Platform.CpuIdLeaf", "KernelMem.Platform.InvalidationKind",
        "KernelMem.Annotations.MustUseAttribute",
    ];

    private static readonly string[] MmuTypes =
    [
        nameof(SoftwareMmu), "TranslationCache", nameof(MmuRegisters), nameof(MmuFeatures), nameof(PageRights),
        nameof(SimulatedTranslation), nameof(SimulatedPageFault), nameof(MmuResult), "FaultCause",
    ];

    [TestMethod]
    public void The_simulation_uses_no_layout_of_the_library()
    {
        using AssemblyDefinition simulation = AssemblyDefinition.ReadAssembly(typeof(SoftwareMmu).Assembly.Location);
        var types = simulation.MainModule.GetTypes().ToList();
        foreach (string name in MmuTypes)
            Assert.IsTrue(types.Exists(type => type.Name == name), $"{name} is gone");
        foreach (TypeDefinition type in types)
        {
            bool ofMmu = MmuTypes.Contains(Outermost(type).Name, StringComparer.Ordinal);
            List<string> strangers = Strangers(type, ofMmu ? MmuMayUse : MachineMayUse);
            Assert.IsEmpty(strangers, $"{type.FullName}: {string.Join(", ", strangers)}");
        }
    }

    [TestMethod]
    public void The_use_of_a_layout_is_seen()
    {
        using AssemblyDefinition tests = AssemblyDefinition.ReadAssembly(typeof(IndependenceTests).Assembly.Location);
        TypeDefinition sinner = tests.MainModule.GetTypes().Single(type => type.Name == nameof(Sinner));
        CollectionAssert.AreEquivalent(
            new[] { "KernelMem.Paging.PtEntry", "KernelMem.Platform.Cr4" }, Strangers(sinner, MachineMayUse));
    }

    private static List<string> Strangers(TypeDefinition type, string[] allowed) =>
    [
        .. References.Of(type)
            .Select(reference => reference.FullName)
            .Where(name => name.StartsWith("KernelMem.", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("KernelMem.Simulation.", StringComparison.Ordinal))
            .Except(allowed, StringComparer.Ordinal),
    ];

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static class Sinner
    {
        public static bool Use(ulong entry, ulong register) =>
            KernelMem.Paging.PtEntry.FromRaw(entry).Value == KernelMem.Platform.Cr4.FromRaw(register).Value;
    }
}
