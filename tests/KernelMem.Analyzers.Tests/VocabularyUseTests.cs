using System.IO;
using KernelMem.Analyzers.Symbols;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Analyzers.Tests;

/// <summary>Which projects the rules leave alone altogether: those that cannot use a mark, nor anything that has one.</summary>
[TestClass]
public sealed class VocabularyUseTests
{
    private static readonly MetadataReference s_one = Compile("One", "namespace One { public class Driver { public static void Map([KernelMem.Annotations.Aligned(16)] ulong address) { } } }");
    private static readonly MetadataReference s_two = Compile("Two", "namespace Two { public class Bus { public static One.Driver First() => null!; } }", s_one);
    private static readonly MetadataReference s_friend = Compile("Friend", "[assembly: InternalsVisibleTo(\"Project\")] namespace Friend { class Driver { [KernelMem.Annotations.NoAlloc] void M() { } } }");
    private static readonly MetadataReference s_global = Compile("Global", "public class Driver { [KernelMem.Annotations.NoAlloc] public void M() { } }");
    private static readonly MetadataReference s_apart = Compile("Apart", "namespace Apart { public class C { } }");

    [TestMethod]
    [DataRow("class C { void M() => System.Console.WriteLine(); }", false)]
    [DataRow("class C { void M(Apart.C c) { } }", false)]
    [DataRow("using KernelMem.Addresses;", true)]
    [DataRow("using K\\u0065rnelMem.Addresses;", true)]
    [DataRow("class C { One.Driver? D; }", true)]
    [DataRow("class C { void M() => Two.Bus.First(); }", true)]
    [DataRow("namespace KernelMem.Annotations { class NoAllocAttribute : System.Attribute { } }", true)]
    public void Sources_must_name_a_namespace(string source, bool isPossible) => Assert.AreEqual(isPossible, IsPossible(source, s_one, s_two, s_apart));

    [TestMethod]
    public void What_stands_in_no_namespace_may_be_used() => Assert.IsTrue(IsPossible("class C { }", s_global));

    [TestMethod]
    public void What_is_given_to_friends_may_be_used() => Assert.IsTrue(IsPossible("class C { }", s_friend));

    private static bool IsPossible(string source, params MetadataReference[] references)
    {
        CSharpCompilation compilation = Create("Project", source, references);
        return VocabularyUse.IsPossible(compilation, KnownSymbols.Of(compilation), default);
    }

    private static PortableExecutableReference Compile(string name, string source, params MetadataReference[] references)
    {
        using var image = new MemoryStream();
        var result = Create(name, "using System.Runtime.CompilerServices; " + source, references).Emit(image);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static CSharpCompilation Create(string name, string source, MetadataReference[] references)
        => CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions)], [.. KernelReferences.Library, .. references], (CSharpCompilationOptions)KernelCompilation.Options);
}
