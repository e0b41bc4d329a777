using System;
using System.IO;
using System.Threading.Tasks;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Rules.Calls;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Effects;

/// <summary>Files that were made for another build of a reference.</summary>
[TestClass]
public sealed class StaleEffectsTests
{
    private static readonly Guid s_other = new("11111111-2222-3333-4444-555555555555");

    [TestMethod]
    public void A_file_of_another_build_is_stale()
    {
        (Compilation compilation, _) = WithLibrary("public class L { }");

        Assert.AreEqual("Library", string.Join(',', StaleEffects.Find(compilation, Catalog.Of(compilation, ("a.kmeffects", File("Library", s_other))))));
    }

    [TestMethod]
    public void A_file_of_the_same_build_is_not()
    {
        (Compilation compilation, Guid mvid) = WithLibrary("public class L { }");

        Assert.IsEmpty(StaleEffects.Find(compilation, Catalog.Of(compilation, ("a.kmeffects", File("Library", mvid)), ("b.kmeffects", File("Library", s_other)))));
    }

    [TestMethod]
    public void Of_a_reference_assembly_nobody_can_tell()
    {
        (Compilation compilation, _) = WithLibrary("[assembly: System.Runtime.CompilerServices.ReferenceAssembly] public class L { }");

        Assert.IsEmpty(StaleEffects.Find(compilation, Catalog.Of(compilation, ("a.kmeffects", File("Library", s_other)))));
    }

    [TestMethod]
    public void A_file_of_what_is_not_referred_to_is_not_stale()
    {
        (Compilation compilation, _) = WithLibrary("public class L { }");

        Assert.IsEmpty(StaleEffects.Find(compilation, Catalog.Of(compilation, ("a.kmeffects", File("Another", s_other)))));
    }

    [TestMethod]
    public async Task The_build_is_told()
    {
        var test = new ProfiledRuleTest<CallAnalyzer>("Hosted") { TestCode = "class C { [NoAlloc] void M() { } }" };
        test.TestState.AdditionalFiles.Add(("/0/library.kmeffects", File("KernelMem", s_other)));
        test.ExpectedDiagnostics.Add(new DiagnosticResult("KM0003", DiagnosticSeverity.Warning).WithArguments("KernelMem"));
        await test.RunAsync();
    }

    private static string File(string assembly, Guid mvid) => $"kmeffects 1\nA {assembly} {mvid:N}\n";

    private static (Compilation Compilation, Guid Mvid) WithLibrary(string source)
    {
        using MemoryStream image = new();
        Assert.IsTrue(Catalog.Compile(source).WithAssemblyName("Library").Emit(image).Success);
        using ModuleMetadata module = ModuleMetadata.CreateFromImage(image.ToArray());
        return (Catalog.Compile("", MetadataReference.CreateFromImage(image.ToArray())), module.GetModuleVersionId());
    }
}
