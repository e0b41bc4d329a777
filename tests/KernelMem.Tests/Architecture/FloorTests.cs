using System;
using System.Collections.Generic;
using KernelMem.Failures;
using Mono.Cecil;

namespace KernelMem.Tests.Architecture;

[TestClass]
public sealed class FloorTests
{
    private const string SampleRoot = "KernelMem.Tests.Architecture.Sample";

    private static readonly Dictionary<string, int> House = new(StringComparer.Ordinal)
    {
        ["Annotations"] = 0,
        ["Failures"] = 0,
        ["Layouts"] = 0,
        ["Addresses"] = 1,
        ["Platform"] = 2,
        ["Boot"] = 3,
        ["Frames"] = 4,
        ["Paging"] = 5,
        ["AddressSpaces"] = 6,
        ["Heap"] = 7,
        ["Diagnostics"] = 8,
        [""] = 9, // the front door
    };

    [TestMethod]
    public void The_floors_of_the_library_look_down_only()
    {
        using AssemblyDefinition library = AssemblyDefinition.ReadAssembly(typeof(Panic).Assembly.Location);
        List<string> violations = new FloorPlan("KernelMem", House, "KernelMem.Platform.Atomic").Violations(library.MainModule);
        Assert.IsEmpty(violations, string.Join(Environment.NewLine, violations));
    }

    [TestMethod]
    public void Every_kind_of_look_upwards_is_seen()
    {
        List<string> violations = SampleViolations();
        foreach (string sinner in new[]
        {
            "ByField", "ByParameter", "ByReturn", "ByTest", "ByCall", "ByGenericArgument", "ByInterface", "ByBase", "ByConstraint`1",
            "ByMark", "ByPointer", "ByFunctionPointer", "ByTypeOf", "ByCatch", "ByNested/Inner", "ByGenericCall", "ByFrontDoor",
        })
        {
            Assert.IsTrue(
                violations.Exists(line => line.StartsWith($"{SampleRoot}.Low.{sinner} looks up", StringComparison.Ordinal)),
                $"{sinner} was not seen in:{Environment.NewLine}{string.Join(Environment.NewLine, violations)}");
        }
    }

    [TestMethod]
    public void Looking_down_and_around_is_allowed()
    {
        List<string> violations = SampleViolations();
        Assert.IsFalse(violations.Exists(line => line.StartsWith($"{SampleRoot}.High.", StringComparison.Ordinal)));
        Assert.IsFalse(violations.Exists(line => line.StartsWith($"{SampleRoot}.FrontDoor", StringComparison.Ordinal)));
        Assert.IsFalse(violations.Exists(line => line.Contains("Innocent", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_namespace_without_a_floor_is_seen() =>
        Assert.Contains($"{SampleRoot}.Attic.Stranger is on no floor", SampleViolations());

    [TestMethod]
    public void Shared_memory_outside_the_seam_is_seen()
    {
        List<string> violations = SampleViolations();
        Assert.Contains($"{SampleRoot}.Low.UsesInterlocked uses System.Threading.Interlocked", violations);
        Assert.Contains($"{SampleRoot}.Low.UsesVolatile uses System.Threading.Volatile", violations);
        Assert.IsFalse(violations.Exists(line => line.Contains("Low.Seam", StringComparison.Ordinal)));
    }

    /// <summary>The same check, on a house in which everything that can go wrong does.</summary>
    private static List<string> SampleViolations()
    {
        using AssemblyDefinition tests = AssemblyDefinition.ReadAssembly(typeof(FloorTests).Assembly.Location);
        var floors = new Dictionary<string, int>(StringComparer.Ordinal) { ["Low"] = 0, ["High"] = 1, [""] = 2 };
        return new FloorPlan(SampleRoot, floors, $"{SampleRoot}.Low.Seam")
            .Violations(tests.MainModule, type => !type.FullName.StartsWith(SampleRoot, StringComparison.Ordinal));
    }
}
