using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>What the code under test is compiled against.</summary>
[TestClass]
public sealed class ReferenceTests
{
    [TestMethod]
    public void Net_is_a_reference_pack()
    {
        string?[] paths = [.. PlatformReferences.Net100.Select(reference => reference.Display)];

        Assert.IsGreaterThan(100, paths.Length);
        Assert.Contains("System.Runtime.dll", paths.Select(path => Path.GetFileName(path)!));
        Assert.IsTrue(
            paths.All(path => path!.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal)),
            "The SDK that builds this has its reference pack beside it.");
    }

    [TestMethod]
    public void An_assembly_is_read_once()
    {
        string path = typeof(ReferenceTests).Assembly.Location;

        Assert.AreSame(PlatformReferences.FromFile(path), PlatformReferences.FromFile(path));
    }

    [TestMethod]
    public void The_library_is_there_and_the_platform_s_own_library_is_not()
    {
        CSharpCompilation compilation = Compile(KernelReferences.Library, string.Empty);

        Assert.AreEqual("KernelMem", compilation.GetTypeByMetadataName("KernelMem.Addresses.PhysAddr")?.ContainingAssembly.Name);
        Assert.AreEqual("System.Runtime", compilation.GetSpecialType(SpecialType.System_Object).ContainingAssembly.Name);
    }

    [TestMethod]
    public void Freestanding_code_has_our_core_library()
    {
        CSharpCompilation compilation = Compile(KernelReferences.Freestanding, string.Empty);

        Assert.AreEqual("KernelMem.CoreLib", compilation.GetSpecialType(SpecialType.System_Object).ContainingAssembly.Name);
        Assert.IsNull(compilation.GetTypeByMetadataName("System.Console"));
        Assert.IsNull(compilation.GetTypeByMetadataName("System.Collections.Generic.List`1"));
    }

    [TestMethod]
    public Task Freestanding_code_uses_the_library()
        => FreestandingTest("""
            using System;
            using KernelMem.Addresses;

            public static class C
            {
                public static ulong M(PhysAddr address, ReadOnlySpan<byte> bytes)
                {
                    ulong [|bad|] = address.Value;
                    foreach (byte one in bytes)
                        bad += one;

                    return bad;
                }
            }
            """).RunAsync();

    [TestMethod]
    public Task Freestanding_code_has_no_console()
        => FreestandingTest("public static class C { public static void M() => {|CS0234:System.Console|}.WriteLine(1); }").RunAsync();

    [TestMethod]
    public Task Hosted_code_has_a_console()
        => new SampleTest<BadNameAnalyzer>("public static class C { public static void M() => System.Console.WriteLine(1); }").RunAsync();

    [TestMethod]
    public async Task A_test_can_change_its_references()
    {
        var test = new SampleTest<BadNameAnalyzer>("class C { KernelMem.Addresses.PhysAddr F; }");
        await Harness.FailsAsync(test, "CS0246");
        test.UseReferences(KernelReferences.Library);
        await test.RunAsync();
    }

    private static SampleTest<BadNameAnalyzer> FreestandingTest(string source)
    {
        var test = new SampleTest<BadNameAnalyzer>(source);
        test.UseReferences(KernelReferences.Freestanding);
        return test;
    }

    private static CSharpCompilation Compile(ImmutableArray<MetadataReference> references, string source)
    {
        IEnumerable<SyntaxTree> trees = [CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions)];
        var compilation = CSharpCompilation.Create("Test", trees, references, KernelCompilation.Options);
        Assert.IsEmpty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return compilation;
    }
}
