using System.IO;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Rules.Calls;
using KernelMem.Analyzers.Rules.Layout;
using KernelMem.Analyzers.Rules.Meta;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests;

/// <summary>
/// What spares a project whose sources mention no mark is no way to lose one: a mark may have another name, or be inherited, or be on what is
/// called.
/// </summary>
[TestClass]
public sealed class MentionTests
{
    private const string Library = """
        using KernelMem.Annotations;

        [NoAlloc] public interface IQuiet { object Make(); }
        public abstract class Base { [NoAlloc] public abstract object Make(); }
        public abstract class Derived : Base { }
        public abstract class Throwing { [NoThrow] public abstract void Run(); }
        public static class Memory { public static void Map([Aligned(4096)] ulong address) { } [Aligned(16)] public static ulong Place; }
        """;

    private static readonly MetadataReference s_library = Compile();

    [TestMethod]
    [DataRow("class C : IQuiet { public object Make() => {|KM1001:new object()|}; }")]
    [DataRow("class C : Base { public override object Make() => {|KM1001:new object()|}; }")]
    [DataRow("class C : Derived { public override object Make() => {|KM1001:new object()|}; }")]
    [DataRow("class C : Throwing { public override void Run() { {|KM1014:throw new Exception();|} } }")]
    [DataRow("abstract class B : Derived { } class C : B { public override object Make() => {|KM1001:new object()|}; }")]
    public Task A_mark_is_inherited_from_a_reference(string source) => Check<AllocationAnalyzer>(source);

    [TestMethod]
    [DataRow("class C { [No\\u0041lloc] object M() => {|KM1001:new object()|}; }", "")]
    [DataRow("class C { [Quiet] object M() => {|KM1001:new object()|}; }", "global using Quiet = KernelMem.Annotations.NoAllocAttribute;")]
    [DataRow("class C { object M() => {|KM1001:new object()|}; }", "[assembly: NoAlloc]")]
    public Task A_mark_has_another_name_or_stands_elsewhere(string source, string other) => Check<AllocationAnalyzer>(source, other);

    [TestMethod]
    public Task Calls_are_looked_at_for_inherited_marks()
        => Check<CallAnalyzer>("class C : Base { public override object Make() => {|KM1017:Other()|}; static object Other() => new object(); }");

    [TestMethod]
    public Task Finalizers_are_looked_at_for_marks_elsewhere() => Check<FinalizerAnalyzer>("class C { ~{|KM1025:C|}() { } }", "[assembly: NoAlloc]");

    [TestMethod]
    [DataRow("class C { void M() => Memory.Map({|KM2002:1|}); }")]
    [DataRow("class C { void M() { Memory.Place = {|KM2002:1|}; } }")]
    [DataRow("class C { [A(4096)] ulong _a = {|KM2002:1|}; [return: A(16)] ulong M() => {|KM2002:3|}; void N([A(8)] ulong a) => N({|KM2002:4|}); }")]
    public Task Parameters_in_references_and_here_are_looked_at(string source) => Check<MisalignedConstantAnalyzer>(source, "global using A = KernelMem.Annotations.AlignedAttribute;");

    [TestMethod]
    public Task Marks_of_reasons_are_looked_at_under_another_name()
        => Check<TrustAnalyzer>("class C { [{|KM0002:Trust|}] object M() => new object(); }", "global using Trust = KernelMem.Annotations.TrustedNoAllocAttribute;");

    private static Task Check<TAnalyzer>(string source, string other = "")
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new ProfiledRuleTest<TAnalyzer>("Hosted");
        test.TestState.Sources.Add(("/0/Test0.cs", source));
        test.TestState.Sources.Add(("/0/Other.cs", other));
        test.TestState.AdditionalReferences.Add(s_library);
        return test.RunAsync();
    }

    private static PortableExecutableReference Compile()
    {
        using var image = new MemoryStream();
        var result = CSharpCompilation
            .Create("Library", [CSharpSyntaxTree.ParseText(Library, KernelCompilation.ParseOptions)], KernelReferences.Library, (CSharpCompilationOptions)KernelCompilation.Options)
            .Emit(image);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
