using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Simulation.Walk;
using KernelMem.Tests.Architecture;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Simulation.Tests;

/// <summary>The oracle judges the library's codecs and layouts, so it uses none.</summary>
[TestClass]
public sealed class IndependenceTests
{
    /// <summary>All that the MMU and the caches may know of the library.</summary>
    private static readonly string[] MmuMayUse = ["KernelMem.Addresses.VirtAddr", "KernelMem.Addresses.PhysAddr"];

    /// <summary>All that the rest may.</summary>
    private static readonly string[] MachineMayUse =
    [
        .. MmuMayUse, "KernelMem.Addresses.VirtRange", "KernelMem.Platform.IPlatform", "KernelMem.Platform.CpuId",
        "KernelMem.Platform.InterruptState", "KernelMem.Platform.PageTableRoot", "KernelMem.Platform.DirectMap",
        "KernelMem.Platform.CpuIdLeaf", "KernelMem.Platform.InvalidationKind",
        "KernelMem.Annotations.MustUseAttribute",
    ];

    /// <summary>The walk runs in a kernel too: it knows nothing but itself and what every corlib has.</summary>
    private static readonly string[] WalkMayUse =
    [
        "System.Object", "System.ValueType", "System.Enum", "System.Void", "System.Boolean", "System.Int32", "System.Int64", "System.UInt32",
        "System.UInt64", "System.FlagsAttribute",
        "System.Diagnostics.DebuggerBrowsableAttribute", "System.Diagnostics.DebuggerBrowsableState", "System.Reflection.DefaultMemberAttribute",
        "System.Runtime.CompilerServices.CompilerGeneratedAttribute", "System.Runtime.CompilerServices.ExtensionAttribute",
        "System.Runtime.CompilerServices.IsExternalInit", "System.Runtime.CompilerServices.IsReadOnlyAttribute",
        "System.Runtime.InteropServices.InAttribute", "System.Runtime.CompilerServices.IsUnmanagedAttribute",
        "System.Runtime.CompilerServices.NullableContextAttribute",
    ];

    private static readonly string[] MmuTypes =
    [
        nameof(SoftwareMmu), nameof(MmuRegisters), nameof(MmuFeatures), nameof(PageRights), nameof(SimulatedTranslation),
        nameof(SimulatedPageFault), nameof(MmuResult), "PhysicalWords", "CpuIdLeaves",
    ];

    private static readonly string[] MmuNamespaces = ["KernelMem.Simulation.Walk", "KernelMem.Simulation.Caches"];

    [TestMethod]
    public void The_simulation_uses_no_layout_of_the_library()
    {
        using AssemblyDefinition simulation = AssemblyDefinition.ReadAssembly(typeof(SoftwareMmu).Assembly.Location);
        var types = simulation.MainModule.GetTypes().ToList();
        foreach (string name in MmuTypes)
            Assert.IsTrue(types.Exists(type => type.Name == name), $"{name} is gone");
        foreach (string name in MmuNamespaces)
            Assert.IsGreaterThan(5, types.Count(type => type.Namespace == name), $"{name} is gone");
        foreach (TypeDefinition type in types)
        {
            TypeDefinition outermost = Outermost(type);
            bool ofMmu = MmuTypes.Contains(outermost.Name, StringComparer.Ordinal)
                || MmuNamespaces.Contains(outermost.Namespace, StringComparer.Ordinal);
            List<string> strangers = Strangers(type, ofMmu ? MmuMayUse : MachineMayUse);
            Assert.IsEmpty(strangers, $"{type.FullName}: {string.Join(", ", strangers)}");
        }
    }

    [TestMethod]
    public void The_walk_needs_no_runtime_and_nothing_of_the_library()
    {
        using AssemblyDefinition simulation = AssemblyDefinition.ReadAssembly(typeof(SoftwareMmu).Assembly.Location);
        var types = simulation.MainModule.GetTypes().Where(type => Outermost(type).Namespace == "KernelMem.Simulation.Walk").ToList();
        Assert.IsTrue(types.Exists(type => type.Name == nameof(TableWalk)));
        foreach (TypeDefinition type in types)
        {
            Assert.IsTrue(type.IsValueType || type.IsInterface || (type.IsAbstract && type.IsSealed), $"{type.FullName} has objects");
            List<string> strangers =
            [
                .. References.Of(type)
                    .Where(reference => !reference.IsGenericParameter)
                    .Select(reference => reference.FullName)
                    .Where(name => !name.StartsWith("KernelMem.Simulation.Walk.", StringComparison.Ordinal))
                    .Except(WalkMayUse, StringComparer.Ordinal),
            ];
            Assert.IsEmpty(strangers, $"{type.FullName}: {string.Join(", ", strangers)}");
            foreach (Instruction instruction in type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions))
            {
                Assert.IsFalse(
                    instruction.OpCode.Code is Code.Newarr or Code.Box or Code.Throw or Code.Ldstr or Code.Ldftn,
                    $"{type.FullName}: {instruction}");
            }
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
