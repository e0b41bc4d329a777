using System.IO;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>KM1018: what members of other assemblies do.</summary>
[TestClass]
public sealed class ExternalCalleeTests
{
    [TestMethod]
    [DataRow("[NoAlloc] static string Tick(string a) => {|KM1018:string.Concat(a, a)|};")]
    [DataRow("[NoAlloc] static string Tick(int a) => {|KM1018:a.ToString()|};")]
    [DataRow("[NoAlloc] static string Tick(string a) => {|KM1018:a.Substring(1)|};")]
    [DataRow("[NoAlloc] static void Tick(List<int> a) => {|KM1018:a.Add(1)|};")]
    [DataRow("[NoAlloc] static void Tick() => {|KM1018:Console.WriteLine()|};")]
    [DataRow("[NoAlloc] static void Tick(ref int[] a) => {|KM1018:Array.Resize(ref a, 3)|};")]
    [DataRow("[NoThrow] static int Tick(string a) => {|KM1018:int.Parse(a)|};")]
    public Task It_does_what_the_caller_must_not(string member) => Program.Check(member);

    [TestMethod]
    [DataRow("[NoAlloc] static int Tick(int a, int b) => Math.Max(a, Math.Abs(b));")]
    [DataRow("[NoAlloc] static void Tick(Span<byte> a, ReadOnlySpan<byte> b) { b.CopyTo(a); a.Clear(); a.Slice(1).Fill(3); _ = a.Length + a[0]; }")]
    [DataRow("[NoAlloc] static void Tick(ref int a) { System.Threading.Interlocked.Increment(ref a); _ = System.Threading.Volatile.Read(ref a); }")]
    [DataRow("[NoAlloc] static int Tick(ulong a) => System.Numerics.BitOperations.PopCount(a) + System.Numerics.BitOperations.LeadingZeroCount(a);")]
    [DataRow("[NoAlloc] static int Tick(string a) => a.Length + a[0];")]
    [DataRow("[NoAlloc] static int Tick(List<int> a) => a.Count + a[0];")]
    [DataRow("[NoAlloc] static void Tick(ref int a) => a = Unsafe.AsRef(in a) + Unsafe.SizeOf<long>();")]
    [DataRow("static string Tick(string a) => string.Concat(a, a);", DisplayName = "nobody forbids it")]
    public Task It_does_not(string member) => Program.Check(member);

    [TestMethod]
    public Task The_message_tells_what() => Program.Check(
        "[NoAlloc] static string Tick(string a) => {|#0:string.Concat(a, a)|};",
        new DiagnosticResult("KM1018", DiagnosticSeverity.Error)
            .WithLocation(0)
            .WithMessage("'Tick' must not allocate, but calls 'string.Concat' (new string)"));

    [TestMethod]
    public Task The_library_tells_by_its_marks() => Program.Check(
        "[NoAlloc] static ulong Tick(VirtAddr address, PhysAddr memory) => address.Value + (memory + 4096).Value + (ulong)Frame.Containing(memory).Number;");

    [TestMethod]
    [DataRow("", "{|KM1018:Other.Run()|}", DisplayName = "no file speaks of the assembly")]
    [DataRow("kmeffects 1\nA Other\nT Other\nNNN  Run\n", "Other.Run()")]
    [DataRow("kmeffects 1\nA Other\nT Other\nNAA  Run\n", "Other.Run()")]
    [DataRow("kmeffects 1\nR new object\nA Other\nT Other\nANN 0 Run\n", "{|KM1018:Other.Run()|}")]
    public async Task Of_an_assembly_that_nobody_looked_at_nothing_is_known(string file, string call)
    {
        CSharpCompilation other = CSharpCompilation.Create(
            "Other",
            [CSharpSyntaxTree.ParseText("public static class Other { public static void Run() { } }")],
            KernelMem.RoslynTesting.PlatformReferences.Net100,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using MemoryStream image = new();
        Assert.IsTrue(other.Emit(image).Success);
        ProfiledRuleTest<KernelMem.Analyzers.Rules.Calls.CallAnalyzer> test = new("Hosted");
        test.TestState.AdditionalReferences.Add(MetadataReference.CreateFromImage(image.ToArray()));
        if (file.Length > 0)
            test.TestState.AdditionalFiles.Add(("/references.kmeffects", file));
        test.TestState.Sources.Add(("/0/Test0.cs", $"static class C {{ [NoAlloc] static void Tick() => {call}; static void Free() => Other.Run(); }}"));
        await test.RunAsync();
    }
}
