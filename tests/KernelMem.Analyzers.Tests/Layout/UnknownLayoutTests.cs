using KernelMem.Analyzers.Layout;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>What has no layout that is fixed gets none, rather than a wrong one.</summary>
[TestClass]
public sealed class UnknownLayoutTests
{
    [TestMethod]
    [DataRow("struct S { public string A; }", DisplayName = "a reference")]
    [DataRow("struct S { public System.DateTime A; }", DisplayName = "a struct that the runtime lays out as it likes")]
    [DataRow("struct S { public int? A; }", DisplayName = "a struct whose fields the platform hides")]
    [DataRow("struct S { public (int, int) A; }", DisplayName = "a tuple")]
    [DataRow("struct S<T> where T : unmanaged { public T A; }", DisplayName = "a type parameter")]
    [DataRow("ref struct S { public ref int A; }", DisplayName = "a reference to a variable")]
    [DataRow("struct S { public S A; }", DisplayName = "itself")]
    [DataRow("struct S { public Inner A; } struct Inner { public S B; }", DisplayName = "itself, in another")]
    [DataRow("struct S { public event System.Action A; }", DisplayName = "an event")]
    [DataRow("struct S(int a) { public int A => a; }", DisplayName = "a parameter that a member uses")]
    [DataRow("[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)] struct S { public int A; }", DisplayName = "left to the runtime")]
    [DataRow("[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)] struct S { public int A; }", DisplayName = "no offset")]
    [DataRow("class S { public int A; }", DisplayName = "a class")]
    public void There_is_no_layout(string source) => Assert.IsNull(Of(source));

    [TestMethod]
    [DataRow("struct S(int a) { public int A = a; }", 4L, DisplayName = "a parameter for an initializer")]
    [DataRow("struct S(int a) { public int A = a; public void M(int a) { _ = a; } }", 4L, DisplayName = "a parameter hidden by another of its name")]
    [DataRow("struct S(int a) { public int A = a; public int M() { S other = this; return other.a; } int a => 1; }", 4L, DisplayName = "a member of its name")]
    [DataRow("record struct S(int A);", 4L, DisplayName = "a record's parameter")]
    [DataRow("struct S { public static string A; const int B = 1; }", 1L, DisplayName = "nothing but static fields")]
    [DataRow("unsafe struct S { public S* A; }", 8L, DisplayName = "a pointer to itself")]
    [DataRow("struct S<T> { public static T A; public int B; }", 4L, DisplayName = "a type parameter of a static field")]
    public void There_is_a_layout(string source, long size) => Assert.AreEqual(size, Of(source)?.Size);

    private static StructShape? Of(string source)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Structs", [CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions)], PlatformReferences.Net100, KernelCompilation.Options);
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("S") ?? compilation.GetTypeByMetadataName("S`1")!;
        return new StructLayouts().Of(type);
    }
}
